package dev.tidings.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each role tries everything: what {@code acls.yaml} does not grant is refused. */
class NothingElseIT {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final String CHANGELOG = "tidings-dedup-state-changelog";
  private static final String CONNECT_CONFIGS = "tidings-connect-configs";
  private static final String SOMEBODY_ELSES = "orders";
  private static final List<String> ALL_TOPICS =
      List.of(
          TOPICS.recorded(),
          TOPICS.events(),
          TOPICS.batches(),
          TOPICS.rejected(),
          CHANGELOG,
          CONNECT_CONFIGS,
          SOMEBODY_ELSES);

  @TempDir static Path directory;
  private static Acls acls;
  private static SecuredBroker broker;

  @BeforeAll
  static void start() throws Exception {
    acls = Acls.read();
    broker = SecuredBroker.start(directory);
    broker.grant(acls, List.copyOf(acls.roles().keySet()));
    try (Admin admin = Admin.create(broker.admin())) {
      admin.createTopics(PlatformTopics.defaults(TOPICS).withPartitions(1).all()).all().get();
      admin
          .createTopics(
              Stream.of(CHANGELOG, CONNECT_CONFIGS, SOMEBODY_ELSES)
                  .map(name -> new NewTopic(name, 1, (short) 1))
                  .toList())
          .all()
          .get();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  static Stream<String> roles() {
    return acls.roles().keySet().stream();
  }

  static Stream<Arguments> rolesAndTopics() {
    return roles().flatMap(role -> ALL_TOPICS.stream().map(topic -> Arguments.of(role, topic)));
  }

  @ParameterizedTest
  @MethodSource("rolesAndTopics")
  void writesAndReadsOnlyWhereItMay(String role, String topic) throws Exception {
    boolean wrote = isAllowed(() -> write(broker.scram(role), topic));
    assertThat(wrote)
        .as("%s writes to %s", role, topic)
        .isEqualTo(allows(role, ResourceType.TOPIC, topic, AclOperation.WRITE));
    boolean read = isAllowed(() -> read(broker.scram(role), topic));
    assertThat(read)
        .as("%s reads %s", role, topic)
        .isEqualTo(allows(role, ResourceType.TOPIC, topic, AclOperation.READ));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void changesNothingThatItMayNot(String role) throws Exception {
    try (Admin admin = Admin.create(broker.scram(role))) {
      for (String topic : ALL_TOPICS) {
        if (!allows(role, ResourceType.TOPIC, topic, AclOperation.DELETE)) {
          assertThat(
                  isAllowed(
                      () -> admin.deleteTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS)))
              .as("%s deletes %s", role, topic)
              .isFalse();
        }
      }
      assertThat(
              isAllowed(
                  () ->
                      admin
                          .createTopics(List.of(new NewTopic("new-" + role, 1, (short) 1)))
                          .all()
                          .get(30, TimeUnit.SECONDS)))
          .as("%s creates a topic of any name", role)
          .isFalse();
      assertThat(
              isAllowed(
                  () ->
                      admin
                          .createAcls(acls.bindings("operator", role).toList())
                          .all()
                          .get(30, TimeUnit.SECONDS)))
          .as("%s grants itself rights", role)
          .isFalse();
      assertThat(
              isAllowed(
                  () ->
                      admin.describeAcls(AclBindingFilter.ANY).values().get(30, TimeUnit.SECONDS)))
          .as("%s reads the rights of others", role)
          .isEqualTo(allows(role, ResourceType.CLUSTER, "kafka-cluster", AclOperation.DESCRIBE));
    }
  }

  @Test
  void tokensNameUsersAsPasswordsDo() throws Exception {
    assertThat(isAllowed(() -> write(broker.token("recorder"), TOPICS.recorded()))).isTrue();
    assertThat(isAllowed(() -> write(broker.token("recorder"), TOPICS.events()))).isFalse();
    assertThat(isAllowed(() -> read(broker.token("reader"), TOPICS.events()))).isTrue();
    assertThat(isAllowed(() -> write(broker.token("reader"), TOPICS.events()))).isFalse();
  }

  @Test
  void nobodyComesInWithoutAPasswordOrWithoutTls() {
    assertThat(failure(() -> write(broker.scram("recorder", "wrong"), TOPICS.recorded())))
        .isInstanceOf(SaslAuthenticationException.class);
    Map<String, Object> trustsNobody = broker.scram("recorder");
    trustsNobody.remove("ssl.truststore.location");
    trustsNobody.remove("ssl.truststore.type");
    assertThat(failure(() -> write(trustsNobody, TOPICS.recorded())))
        .isInstanceOf(SslAuthenticationException.class);
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static boolean allows(
      String role, ResourceType type, String name, AclOperation operation) {
    return acls.role(role).allows(type, name, operation);
  }

  /** False only if Kafka says that it is forbidden; any other failure is the test's. */
  private static boolean isAllowed(Attempt attempt) throws Exception {
    try {
      attempt.run();
      return true;
    } catch (AuthorizationException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return false;
      }
      throw e;
    }
  }

  private static Throwable failure(Attempt attempt) {
    try {
      attempt.run();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (Exception e) {
      return e;
    }
  }

  private static void write(Map<String, Object> settings, String topic) throws Exception {
    settings.put("max.block.ms", 20_000);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, 0, new byte[] {1}, new byte[] {2}))
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static void read(Map<String, Object> settings, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      // Position and fetch are what is authorized; there may be nothing to read.
      consumer.position(partition, Duration.ofSeconds(20));
      consumer.poll(Duration.ofMillis(500));
    }
  }
}
