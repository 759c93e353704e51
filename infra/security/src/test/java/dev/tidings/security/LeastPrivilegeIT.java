package dev.tidings.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.cli.ExitCode;
import dev.tidings.cli.Tidings;
import dev.tidings.dedup.DedupApplication;
import dev.tidings.dedup.DedupConfig;
import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.security.NotingAuthorizer.Asked;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo;
import org.apache.kafka.connect.util.FutureCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real programs do their work against a broker that allows each no more than {@code acls.yaml}
 * says; afterwards nothing that was asked for was denied, and nothing that was granted was not
 * needed. The users are known by SCRAM over TLS.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeastPrivilegeIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final String REGISTRY = "mock://least-privilege";
  private static final byte[] GARBAGE = "garbage".getBytes(StandardCharsets.UTF_8);
  private static final String DEAD = "tidings.writers.dead";

  enum SecurityEvent {
    DoorOpened
  }

  @TempDir static Path directory;
  private static Acls acls;
  private static SecuredBroker broker;
  private static DedupApplication dedup;

  @BeforeAll
  static void start() throws Exception {
    NotingAuthorizer.forget();
    acls = Acls.read();
    broker = SecuredBroker.start(directory);
    broker.grant(acls, List.copyOf(acls.roles().keySet()));
  }

  @AfterAll
  static void stop() {
    if (dedup != null) {
      dedup.close();
    }
    broker.close();
    InMemorySchemaRegistry.forget("least-privilege");
  }

  @Test
  @Order(1)
  void theOperatorSetsTheTopicsUp() throws Exception {
    try (Admin admin = Admin.create(broker.scram("operator"))) {
      List<NewTopic> topics =
          new ArrayList<>(PlatformTopics.defaults(TOPICS).withPartitions(2).all());
      topics.add(new NewTopic(DEAD, 1, (short) 1));
      topics.add(new NewTopic("tidings.scratch", 1, (short) 1));
      get(admin.createTopics(topics).all());
      get(admin.createPartitions(Map.of("tidings.scratch", NewPartitions.increaseTo(2))).all());
      ConfigResource scratch = new ConfigResource(ConfigResource.Type.TOPIC, "tidings.scratch");
      get(
          admin
              .incrementalAlterConfigs(
                  Map.of(
                      scratch,
                      List.of(
                          new AlterConfigOp(
                              new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET))))
              .all());
      get(admin.describeConfigs(List.of(scratch)).all());
      assertNoDenial("operator");
    }
  }

  @Test
  @Order(2)
  void theDeduplicationRuns() throws Exception {
    Map<String, Object> settings = new HashMap<>(broker.scram("dedup"));
    settings.put("schema.registry.url", REGISTRY);
    settings.put("state.dir", directory.resolve("streams").toString());
    settings.put(DedupConfig.HTTP_PORT, "-1");
    settings.put(DedupConfig.BATCH_INTERVAL_MS, "200");
    dedup = DedupApplication.start(DedupConfig.of(settings));
    assertThat(dedup.awaitRunning(LIMIT)).isTrue();
    assertNoDenial("dedup");
  }

  @Test
  @Order(3)
  void aServiceRecords() throws Exception {
    try (EventRecorder recorder =
        EventRecorder.builder()
            .source("node-1", "doors")
            .catalogue(SecurityEvent.class)
            .kafka(broker.scram("recorder"))
            .registry(REGISTRY)
            .build()) {
      for (int i = 0; i < 10; i++) {
        recorder.record(SecurityEvent.DoorOpened, Severity.WARN, "the door is open");
      }
      assertThat(recorder.flush(LIMIT)).isTrue();
      assertThat(recorder.counts().acknowledged()).isEqualTo(10);
    }
    assertNoDenial("recorder");
  }

  @Test
  @Order(4)
  void aServiceHoldsACacheAndSeveralShareOne() throws Exception {
    for (boolean shared : new boolean[] {false, true}) {
      var builder =
          EventInformers.builder(TOPICS, InMemorySchemaRegistry.named("least-privilege"))
              .consumerProperties(broker.scram("informer"));
      if (shared) {
        builder.shareWithGroup("tidings-informer-doors");
      }
      try (SharedInformer<String, Event> informer = builder.build().start()) {
        await()
            .atMost(LIMIT)
            .untilAsserted(
                () ->
                    assertThat(informer.list().values())
                        .extracting(Event::getCount)
                        .containsExactly(10L));
      }
    }
    assertNoDenial("informer");
  }

  @Test
  @Order(5)
  void aPersonReads() throws Exception {
    assertThat(tidings("reader", 0, "get", "--settled", "-o", "jsonl"))
        .contains("the door is open")
        .contains("\"count\":10");
    tidings("reader", 0, "topics", "diff", "--partitions", "2");
    readAll("reader", TOPICS.recorded());
    readAll("reader", TOPICS.rejected());
    assertNoDenial("reader");
  }

  @Test
  @Order(6)
  void connectWorkersWrite() throws Exception {
    Path lines = directory.resolve("events.jsonl");
    Connect<DistributedHerder> connect = new ConnectDistributed().startConnect(worker());
    try {
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(
              () -> {
                FutureCallback<Herder.Created<ConnectorInfo>> put = new FutureCallback<>();
                connect.herder().putConnectorConfig("tidings-lines", lines(lines), true, put);
                return put.get(20, TimeUnit.SECONDS) != null;
              });
      FutureCallback<Herder.Created<ConnectorInfo>> put = new FutureCallback<>();
      connect.herder().putConnectorConfig("tidings-syslog", syslog(), true, put);
      put.get(20, TimeUnit.SECONDS);
      write(broker.admin(), TOPICS.events(), GARBAGE);
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(lines).exists().content().contains("the door is open"));
      await().atMost(LIMIT).untilAsserted(() -> assertThat(readAll("operator", DEAD)).hasSize(1));
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  NotingAuthorizer.askedBy("connect").stream()
                      .anyMatch(asked -> asked.name().equals(TOPICS.batches())));
    } finally {
      connect.stop();
      connect.awaitStop();
    }
    assertNoDenial("connect");
  }

  @Test
  @Order(7)
  void theOperatorLooksAfterIt() throws Exception {
    write(broker.scram("operator"), TOPICS.recorded(), GARBAGE);
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(readAll("operator", TOPICS.rejected())).hasSize(1));
    // One that can be read by now is sent again, what never can is held back.
    byte[] event =
        readAll("operator", TOPICS.recorded()).stream()
            .filter(value -> !Arrays.equals(value, GARBAGE))
            .findFirst()
            .orElseThrow();
    write(broker.scram("operator"), TOPICS.rejected(), event);
    assertThat(tidings("operator", ExitCode.INCOMPLETE, "rejected", "--retry"))
        .contains("sent again 1")
        .contains("held back 1");
    try (Admin admin = Admin.create(broker.scram("operator"))) {
      get(admin.describeAcls(AclBindingFilter.ANY).values());
      get(
          admin
              .describeConfigs(List.of(new ConfigResource(ConfigResource.Type.BROKER, "1")))
              .all());
      get(admin.describeConsumerGroups(List.of("tidings-dedup", "connect-tidings-lines")).all());
      List<String> internal =
          get(admin.listTopics().names()).stream()
              .filter(name -> name.startsWith("tidings-"))
              .toList();
      assertThat(internal).isNotEmpty();
      get(admin.describeTopics(internal).allTopicNames());
      get(
          admin
              .describeConfigs(
                  internal.stream()
                      .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                      .toList())
              .all());
      get(admin.deleteTopics(List.of("tidings.scratch")).all());
    }
    assertNoDenial("operator");
  }

  @Test
  @Order(8)
  void nothingIsGrantedThatNobodyNeeds() {
    List<String> unused = new ArrayList<>();
    acls.roles()
        .forEach(
            (name, role) -> {
              List<Asked> asked = NotingAuthorizer.askedBy(name);
              for (Acls.Allowed entry : role.allow()) {
                for (var operation : entry.operations()) {
                  if (asked.stream()
                      .noneMatch(
                          a -> a.operation() == operation && entry.covers(a.type(), a.name()))) {
                    unused.add(name + ": " + operation + " on " + entry);
                  }
                }
              }
            });
    assertThat(unused).isEmpty();
  }

  /** Runs the command as somebody, in this process. */
  private static String tidings(String role, int exitCode, String... arguments) throws Exception {
    Properties properties = new Properties();
    properties.putAll(broker.scram(role));
    Path file = directory.resolve(role + ".properties");
    try (var out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", file.toString(), "--registry", REGISTRY));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Tidings.commandLine(new PrintWriter(out), new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    assertThat(code).as(out + "\n" + err).isEqualTo(exitCode);
    return out + "\n" + err;
  }

  private static void assertNoDenial(String role) {
    assertThat(NotingAuthorizer.askedBy(role).stream().filter(asked -> !asked.allowed())).isEmpty();
  }

  private static Map<String, String> worker() {
    Map<String, String> worker = new HashMap<>();
    for (String client : List.of("", "consumer.", "producer.", "admin.")) {
      broker.scram("connect").forEach((name, value) -> worker.put(client + name, (String) value));
    }
    worker.put("group.id", "tidings-connect");
    for (String storage : List.of("config", "offset", "status")) {
      worker.put(storage + ".storage.topic", "tidings-connect-" + storage + "s");
      worker.put(storage + ".storage.replication.factor", "1");
    }
    worker.put("offset.storage.partitions", "1");
    worker.put("status.storage.partitions", "1");
    worker.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    worker.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    worker.put("listeners", "HTTP://127.0.0.1:0");
    worker.put("plugin.discovery", "service_load");
    worker.put("consumer.isolation.level", "read_committed");
    worker.put("offset.flush.interval.ms", "1000");
    return worker;
  }

  private static Map<String, String> lines(Path file) {
    return connector(
        "tidings-lines",
        TOPICS.events(),
        Map.of(
            "connector.class",
            "dev.tidings.writers.lines.LinesSinkConnector",
            "file",
            file.toString()));
  }

  /** By UDP, which does not mind that nobody listens. */
  private static Map<String, String> syslog() {
    return connector(
        "tidings-syslog",
        TOPICS.batches(),
        Map.of(
            "connector.class",
            "dev.tidings.writers.syslog.SyslogSinkConnector",
            "syslog.targets",
            "udp://127.0.0.1:9"));
  }

  private static Map<String, String> connector(String name, String topic, Map<String, String> own) {
    Map<String, String> settings = new HashMap<>(own);
    settings.put("name", name);
    settings.put("topics", topic);
    settings.put("value.converter", "dev.tidings.writers.converter.EventConverter");
    settings.put("value.converter.schema.registry.url", REGISTRY);
    settings.put("errors.tolerance", "all");
    settings.put("errors.deadletterqueue.topic.name", DEAD);
    settings.put("errors.deadletterqueue.topic.replication.factor", "1");
    return settings;
  }

  private static void write(Map<String, Object> settings, String topic, byte[] value)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, 0, "key".getBytes(StandardCharsets.UTF_8), value))
          .get(30, TimeUnit.SECONDS);
    }
  }

  /** All values of a topic, as they stand. */
  private static List<byte[]> readAll(String role, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            broker.scram(role), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<byte[]> values = new ArrayList<>();
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(one -> values.add(one.value()));
                return partitions.stream().allMatch(one -> consumer.position(one) >= ends.get(one));
              });
      return values;
    }
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }
}
