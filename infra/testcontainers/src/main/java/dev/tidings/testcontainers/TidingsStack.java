package dev.tidings.testcontainers;

import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * The platform as it is deployed: a network with a broker, a schema registry, the de-duplication
 * and, if asked for, a Kafka Connect worker, each in a container of its own; the latter two from
 * the images that are deployed, by the user and on the read-only file system that they have there.
 * For tests of what happens when one of them goes away.
 *
 * <pre>{@code
 * @Container static final TidingsStack tidings = TidingsStack.create().withConnect();
 * }</pre>
 *
 * Set up by one thread; the rest is thread-safe once it is started.
 */
public final class TidingsStack implements Startable, TestPlatform {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final int HTTP_PORT = 8080;

  private final Map<String, String> dedupSettings = new HashMap<>();
  private final List<GenericContainer<?>> containers = new ArrayList<>();
  private DockerImageName platformImage = Images.PLATFORM;
  private DockerImageName dedupImage = Images.DEDUP;
  private DockerImageName connectImage = Images.CONNECT;
  private PlatformTopics topics = PlatformTopics.defaults(Topics.DEFAULT).withPartitions(2);
  private boolean wantsConnect;

  private @Nullable Network network;
  private @Nullable PartContainer kafka;
  private @Nullable PartContainer registry;
  private @Nullable GenericContainer<?> dedup;
  private @Nullable GenericContainer<?> connect;

  private TidingsStack() {
    withDedup("tidings.batch.interval.ms", "200");
  }

  /** With the images of this library's version, two partitions, and batches every 200 ms. */
  public static TidingsStack create() {
    return new TidingsStack();
  }

  /** The image that broker and registry come from, instead of {@code tidings/tidings-platform}. */
  public TidingsStack withPlatformImage(DockerImageName image) {
    platformImage = Images.checked(image, Images.PLATFORM);
    return this;
  }

  /** The image of the de-duplication, instead of {@code tidings/tidings-dedup}. */
  public TidingsStack withDedupImage(DockerImageName image) {
    dedupImage = Images.checked(image, Images.DEDUP);
    return this;
  }

  /** The image of Kafka Connect, instead of {@code tidings/tidings-connect-worker}. */
  public TidingsStack withConnectImage(DockerImageName image) {
    connectImage = Images.checked(image, Images.CONNECT);
    return this;
  }

  /** With a Kafka Connect worker that has our writers. */
  public TidingsStack withConnect() {
    wantsConnect = true;
    return this;
  }

  /** The topics to create. */
  public TidingsStack withTopics(PlatformTopics newTopics) {
    topics = newTopics;
    return this;
  }

  /** A setting of the de-duplication, such as {@code tidings.dedup.interval.ms}. */
  public TidingsStack withDedup(String setting, String value) {
    dedupSettings.put(PlatformContainer.variable(setting), value);
    return this;
  }

  /**
   * Starts it and returns when records are processed. Calling it again does nothing.
   *
   * @throws ContainerLaunchException if a part does not start
   */
  @Override
  public synchronized void start() {
    if (network != null) {
      return;
    }
    try {
      Network shared = Network.newNetwork();
      network = shared;
      PartContainer broker = added(PartContainer.kafka(platformImage, shared));
      kafka = broker;
      registry = added(PartContainer.registry(platformImage, shared));
      Startables.deepStart(containers).join();
      createTopics();
      GenericContainer<?> deduplication = added(dedup(shared));
      dedup = deduplication;
      List<GenericContainer<?>> users = new ArrayList<>(List.of(deduplication));
      if (wantsConnect) {
        GenericContainer<?> worker = added(connect(shared));
        connect = worker;
        users.add(worker);
      }
      Startables.deepStart(users).join();
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  private <C extends GenericContainer<?>> C added(C container) {
    containers.add(container);
    return container;
  }

  private void createTopics() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin.createTopics(topics.all()).all().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new ContainerLaunchException("The topics could not be created", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerLaunchException("Interrupted while starting", e);
    }
  }

  private GenericContainer<?> dedup(Network shared) {
    return deployed(dedupImage, shared, "dedup")
        .withEnv("TIDINGS_TOPIC_PREFIX", topics().prefix())
        .withEnv(dedupSettings)
        .withEnv("TIDINGS_HTTP_HOST", "0.0.0.0")
        .withEnv("TIDINGS_HTTP_PORT", Integer.toString(HTTP_PORT))
        .withExposedPorts(HTTP_PORT)
        .waitingFor(
            Wait.forHttp("/health/ready").forPort(HTTP_PORT).withStartupTimeout(START_LIMIT));
  }

  private GenericContainer<?> connect(Network shared) {
    int port = PlatformContainer.CONNECT_PORT;
    return deployed(connectImage, shared, "connect")
        .withEnv("TIDINGS_TOPIC_PREFIX", topics().prefix())
        .withEnv("KAFKA_LISTENERS", "http://0.0.0.0:" + port)
        .withEnv("KAFKA_REST_ADVERTISED_HOST_NAME", "connect")
        .withExposedPorts(port)
        .waitingFor(Wait.forHttp("/health").forPort(port).withStartupTimeout(START_LIMIT));
  }

  private GenericContainer<?> deployed(DockerImageName image, Network shared, String name) {
    return new GenericContainer<>(image)
        .withNetwork(shared)
        .withNetworkAliases(name)
        .withEnv("KAFKA_BOOTSTRAP_SERVERS", networkBootstrapServers())
        .withEnv("KAFKA_SCHEMA_REGISTRY_URL", networkRegistryUrl())
        .withTmpFs(Map.of("/tmp", "exec,mode=1777"))
        .withCreateContainerCmdModifier(
            command -> {
              if (command.getHostConfig() != null) {
                command.getHostConfig().withReadonlyRootfs(true);
              }
            });
  }

  @Override
  public synchronized String bootstrapServers() {
    return started(kafka).hostAddress(PlatformContainer.KAFKA_PORT);
  }

  @Override
  public synchronized String registryUrl() {
    return started(registry).hostRegistryUrl();
  }

  /** The REST API of the Kafka Connect worker, if there is one. */
  public synchronized String connectUrl() {
    GenericContainer<?> worker = started(connect);
    return "http://%s:%d"
        .formatted(worker.getHost(), worker.getMappedPort(PlatformContainer.CONNECT_PORT));
  }

  @Override
  public Topics topics() {
    return topics.topics();
  }

  @Override
  public synchronized String networkBootstrapServers() {
    return started(kafka).networkAddress(PlatformContainer.KAFKA_NETWORK_PORT);
  }

  @Override
  public synchronized String networkRegistryUrl() {
    return started(registry).inNetworkRegistryUrl();
  }

  /** The network, for containers of the test's own. */
  public synchronized Network network() {
    return started(network);
  }

  /** The broker's container. */
  public synchronized GenericContainer<?> kafka() {
    return started(kafka);
  }

  /** The registry's container. */
  public synchronized GenericContainer<?> registryContainer() {
    return started(registry);
  }

  /** The container of the de-duplication. */
  public synchronized GenericContainer<?> dedup() {
    return started(dedup);
  }

  /** The container of the Kafka Connect worker, if there is one. */
  public synchronized GenericContainer<?> connect() {
    return started(connect);
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(
          "Not started, or without that part: call start(), or put it into a static field with"
              + " @Container");
    }
    return part;
  }

  /** Stops and removes all of it. Calling it again does nothing. */
  @Override
  public synchronized void stop() {
    while (!containers.isEmpty()) {
      containers.remove(containers.size() - 1).stop();
    }
    if (network != null) {
      network.close();
    }
    network = null;
    kafka = null;
    registry = null;
    dedup = null;
    connect = null;
  }
}
