package dev.tidings.testcontainers;

import dev.tidings.wire.Topics;
import org.testcontainers.utility.DockerImageName;

/**
 * The whole platform in one container: a Kafka broker, a schema registry, the topics, the
 * de-duplication and a Kafka Connect worker with our writers.
 *
 * <pre>{@code
 * @Container static final TidingsContainer tidings = new TidingsContainer();
 *
 * @Test
 * void saysWhoLeads() throws Exception {
 *   try (EventRecorder recorder = tidings.recorder().catalogue(ClusterEvent.class).build()) {
 *     …
 *   }
 * }
 * }</pre>
 *
 * <p>In a network, other containers reach it by the alias given last, at {@link
 * #networkBootstrapServers()}. Nothing is encrypted and nobody is asked who they are.
 */
public final class TidingsContainer extends PlatformContainer<TidingsContainer>
    implements TestPlatform {
  private Topics topics = Topics.DEFAULT;

  /** With the image of this library's version. */
  public TidingsContainer() {
    this(Images.PLATFORM);
  }

  /** With an image, such as {@code registry.example.com/tidings/tidings-platform:1.2.0}. */
  public TidingsContainer(String image) {
    this(DockerImageName.parse(image));
  }

  /** Likewise. It must be {@code tidings-platform} or declared a substitute for it. */
  public TidingsContainer(DockerImageName image) {
    super(Images.checked(image, Images.PLATFORM), "all");
    withExposedPorts(KAFKA_PORT, REGISTRY_PORT, CONNECT_PORT);
    // As tests want it: they wait for the counts that batches bring.
    withDedup("tidings.batch.interval.ms", "200");
  }

  /** Topics whose names start with this instead of {@code tidings}. */
  public TidingsContainer withTopicPrefix(String prefix) {
    topics = new Topics(prefix);
    return withEnv("TIDINGS_TOPIC_PREFIX", prefix);
  }

  /** Partitions of each topic; 2 if not set. */
  public TidingsContainer withPartitions(int partitions) {
    return withEnv("TIDINGS_PARTITIONS", Integer.toString(partitions));
  }

  /**
   * A setting of the de-duplication, such as {@code tidings.dedup.interval.ms}. Batches leave every
   * 200 ms if not set.
   */
  public TidingsContainer withDedup(String setting, String value) {
    return withEnv(variable(setting), value);
  }

  @Override
  public String bootstrapServers() {
    return hostAddress(KAFKA_PORT);
  }

  @Override
  public String registryUrl() {
    return hostRegistryUrl();
  }

  /** The REST API of Kafka Connect, for writers. */
  public String connectUrl() {
    return "http://" + hostAddress(CONNECT_PORT);
  }

  @Override
  public Topics topics() {
    return topics;
  }

  @Override
  public String networkBootstrapServers() {
    return networkAddress(KAFKA_NETWORK_PORT);
  }

  @Override
  public String networkRegistryUrl() {
    return inNetworkRegistryUrl();
  }
}
