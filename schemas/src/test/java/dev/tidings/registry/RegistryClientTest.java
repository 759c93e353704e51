package dev.tidings.registry;

import static dev.tidings.registry.ScriptedServer.error;
import static dev.tidings.registry.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.registry.RegistryException.Kind;
import dev.tidings.registry.ScriptedServer.Answer;
import dev.tidings.registry.ScriptedServer.Asked;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

/** Each call as the API defines it: what is sent, what is understood, what is remembered. */
class RegistryClientTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema SCHEMA =
      SchemaBuilder.record("test.Thing")
          .doc("A \"thing\"")
          .fields()
          .requiredString("name")
          .endRecord();

  @Test
  void registersOnceAndRemembersTheId() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(json(200, "{\"id\":7}"));
        SchemaRegistry client = client(server)) {
      assertThat(client.register("things-value", SCHEMA)).isEqualTo(7);
      assertThat(client.register("things-value", copy(SCHEMA))).isEqualTo(7);

      assertThat(server.asked()).hasSize(1);
      Asked asked = server.asked().get(0);
      assertThat(asked.method()).isEqualTo("POST");
      assertThat(asked.path()).isEqualTo("/subjects/things-value/versions");
      assertThat(asked.header("Content-Type")).isEqualTo("application/vnd.schemaregistry.v1+json");
      assertThat(asked.header("Accept")).contains("application/vnd.schemaregistry.v1+json");
      assertThat(JSON.readTree(asked.body()).path("schema").asText()).isEqualTo(SCHEMA.toString());
    }
  }

  @Test
  void anotherSubjectIsAskedForAnew() {
    try (ScriptedServer server = ScriptedServer.start(json(200, "{\"id\":7}"));
        SchemaRegistry client = client(server)) {
      client.register("a", SCHEMA);
      client.register("b", SCHEMA);
      assertThat(server.asked())
          .extracting(Asked::path)
          .containsExactly("/subjects/a/versions", "/subjects/b/versions");
    }
  }

  @Test
  void findsTheIdWithoutRegistering() {
    try (ScriptedServer server =
            ScriptedServer.start(
                json(
                    200, "{\"subject\":\"s\",\"id\":9,\"version\":2,\"schema\":\"\\\"int\\\"\"}"));
        SchemaRegistry client = client(server)) {
      assertThat(client.idOf("s", SCHEMA)).isEqualTo(9);
      assertThat(client.idOf("s", SCHEMA)).isEqualTo(9);
      assertThat(server.asked()).singleElement().matches(a -> a.path().equals("/subjects/s"));
    }
  }

  @Test
  void whatIsNotRegisteredIsNotFoundAndNotRemembered() {
    try (ScriptedServer server =
            ScriptedServer.start(error(404, 40403, "Schema not found"), json(200, "{\"id\":9}"));
        SchemaRegistry client = client(server)) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(() -> client.idOf("s", SCHEMA))
          .withMessageContaining("find schema test.Thing under subject 's': Schema not found")
          .matches(e -> e.kind() == Kind.NOT_FOUND && e.status() == 404 && e.errorCode() == 40403)
          .matches(e -> !e.isRetriable());
      assertThat(client.idOf("s", SCHEMA)).isEqualTo(9);
    }
  }

  @Test
  void readsASchemaByIdOnce() {
    try (ScriptedServer server = ScriptedServer.start(json(200, schemaAnswer(SCHEMA.toString())));
        SchemaRegistry client = client(server)) {
      assertThat(client.byId(3)).isEqualTo(SCHEMA);
      assertThat(client.byId(3)).isSameAs(client.byId(3));
      assertThat(server.asked()).singleElement().matches(a -> a.path().equals("/schemas/ids/3"));
      assertThat(server.asked().get(0).headers()).doesNotContainKey("Content-type");
    }
  }

  @Test
  void anIdThatDoesNotExistIsNotAskedForWithEachMessage() {
    try (ScriptedServer server = ScriptedServer.start(error(404, 40403, "Schema not found"));
        SchemaRegistry client = client(server)) {
      for (int i = 0; i < 3; i++) {
        assertThatExceptionOfType(RegistryException.class)
            .isThrownBy(() -> client.byId(1_000_000))
            .withMessageContaining("cannot find schema id 1000000: Schema not found");
      }
      // Normally one; the memory is short, so a machine that sleeps in between may see more.
      assertThat(server.asked()).hasSizeBetween(1, 3);
    }
  }

  @Test
  void readsNamesAndDefaultsThatAvroNowForbids() {
    String odd =
        """
        {"type":"record","name":"a-b.My-Record","fields":[{"name":"x-1","type":"int","default":"none"}]}\
        """;
    try (ScriptedServer server = ScriptedServer.start(json(200, schemaAnswer(odd)));
        SchemaRegistry client = client(server)) {
      assertThat(client.byId(3).getFields().get(0).name()).isEqualTo("x-1");
    }
  }

  @Test
  void readsBigSchemas() {
    SchemaBuilder.FieldAssembler<Schema> fields = SchemaBuilder.record("Big").fields();
    for (int i = 0; i < 20_000; i++) {
      fields = fields.name("field_" + i).doc("x".repeat(50)).type().intType().noDefault();
    }
    Schema big = fields.endRecord();
    try (ScriptedServer server =
            ScriptedServer.start(json(200, schemaAnswer(big.toString())), json(200, "{\"id\":1}"));
        SchemaRegistry client = client(server)) {
      assertThat(client.byId(3)).isEqualTo(big);
      assertThat(client.register("big", big)).isEqualTo(1);
      assertThat(server.asked().get(1).body()).hasSizeGreaterThan(2_000_000);
    }
  }

  @Test
  void aSchemaThatIsNotAvroSaysSo() {
    try (ScriptedServer server =
            ScriptedServer.start(
                json(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}"),
                json(200, schemaAnswer("{\"type\":\"nonsense\"}")));
        SchemaRegistry client = client(server)) {
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(() -> client.byId(3))
          .withMessage("schema id 3 is of type PROTOBUF, not Avro: use a reader for it");
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(() -> client.byId(4))
          .withMessageStartingWith("schema id 4 is no schema that Avro can read")
          .matches(e -> e.kind() == Kind.UNREADABLE && !e.isRetriable());
    }
  }

  @Test
  void latestIsAskedForEachTimeAndEmptyForAnUnknownSubject() {
    Answer answer =
        json(
            200,
            "{\"subject\":\"s\",\"id\":5,\"version\":2,\"schema\":%s}"
                .formatted(quoted(SCHEMA.toString())));
    try (ScriptedServer server =
            ScriptedServer.start(error(404, 40401, "Subject 's' not found"), answer);
        SchemaRegistry client = client(server)) {
      assertThat(client.latest("s")).isEmpty();
      assertThat(client.latest("s")).contains(new RegisteredSchema("s", 5, 2, SCHEMA));
      assertThat(server.asked())
          .extracting(Asked::path)
          .containsOnly("/subjects/s/versions/latest")
          .hasSize(2);
    }
  }

  @Test
  void listsSubjects() {
    try (ScriptedServer server = ScriptedServer.start(json(200, "[\"b\",\"a/c\"]"));
        SchemaRegistry client = client(server)) {
      assertThat(client.subjects()).containsExactly("b", "a/c");
      assertThat(server.asked().get(0).path()).isEqualTo("/subjects");
    }
  }

  @Test
  void comparesWithTheNewestSchema() {
    try (ScriptedServer server =
            ScriptedServer.start(
                json(200, "{\"is_compatible\":false}"),
                json(200, "{\"is_compatible\":true}"),
                error(404, 40401, "Subject not found"));
        SchemaRegistry client = client(server)) {
      assertThat(client.isCompatible("s", SCHEMA)).isFalse();
      assertThat(client.isCompatible("s", SCHEMA)).isTrue();
      assertThat(client.isCompatible("s", SCHEMA)).as("an unknown subject").isTrue();
      assertThat(server.asked().get(0).path())
          .isEqualTo("/compatibility/subjects/s/versions/latest");
    }
  }

  @Test
  void setsTheCompatibilityOfASubject() {
    try (ScriptedServer server =
            ScriptedServer.start(json(200, "{\"compatibility\":\"FULL_TRANSITIVE\"}"));
        SchemaRegistry client = client(server)) {
      client.setCompatibility("s", Compatibility.FULL_TRANSITIVE);
      Asked asked = server.asked().get(0);
      assertThat(asked.method() + " " + asked.path()).isEqualTo("PUT /config/s");
      assertThat(asked.body()).isEqualTo("{\"compatibility\":\"FULL_TRANSITIVE\"}");
    }
  }

  @Test
  void keepsThePathOfTheUrl() {
    try (ScriptedServer server = ScriptedServer.start(json(200, "[]"));
        SchemaRegistry client =
            RegistryClient.create(RegistryConfig.of(server.url() + "/apis/ccompat/v7/"))) {
      assertThat(client.subjects()).isEmpty();
      assertThat(server.asked().get(0).path()).isEqualTo("/apis/ccompat/v7/subjects");
    }
  }

  @Test
  void subjectsMayHoldAnyCharacter() {
    try (ScriptedServer server = ScriptedServer.start(json(200, "{\"id\":1}"));
        SchemaRegistry client = client(server)) {
      client.register("a/b c?d#e%f+g&h*ü~😀", SCHEMA);
      assertThat(server.asked().get(0).path())
          .isEqualTo("/subjects/a%2Fb%20c%3Fd%23e%25f%2Bg%26h%2A%C3%BC~%F0%9F%98%80/versions");
      for (String impossible : List.of("", ".", "..")) {
        assertThatIllegalArgumentException().isThrownBy(() -> client.latest(impossible));
      }
    }
  }

  @Property
  void encodingASegmentLosesNothing(@ForAll @StringLength(min = 3, max = 20) String segment) {
    String valid = new String(segment.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    String path = Call.get("", "a", valid, "b").path();
    assertThat(path).matches("/a/[A-Za-z0-9._~%-]+/b");
    assertThat(URLDecoder.decode(path.substring(3, path.length() - 2), StandardCharsets.UTF_8))
        .isEqualTo(valid);
  }

  @Test
  void manyThreadsAskingForOneIdMakeOneRequest() throws Exception {
    int threads = 16;
    CountDownLatch started = new CountDownLatch(threads);
    Answer whenAllWait =
        exchange -> {
          started.await();
          json(200, schemaAnswer(SCHEMA.toString())).to(exchange);
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (ScriptedServer server = ScriptedServer.start(whenAllWait);
        SchemaRegistry client = client(server)) {
      List<Future<Schema>> found = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        found.add(
            pool.submit(
                () -> {
                  started.countDown();
                  return client.byId(3);
                }));
      }
      for (Future<Schema> schema : found) {
        assertThat(schema.get()).isEqualTo(SCHEMA);
      }
      assertThat(server.asked()).hasSize(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aClosedClientSaysSo() {
    try (ScriptedServer server = ScriptedServer.start(json(200, "[]"))) {
      SchemaRegistry client = client(server);
      client.subjects();
      client.close();
      client.close();
      assertThatIllegalStateException()
          .isThrownBy(client::subjects)
          .withMessage("The schema registry client is closed");
    }
  }

  @Test
  void itsThreadsDoNotKeepTheProcessAlive() {
    try (ScriptedServer server = ScriptedServer.start(json(200, "[]"));
        SchemaRegistry client = client(server)) {
      client.subjects();
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(t -> t.getName().startsWith("HttpClient-"))
          .isNotEmpty()
          .allMatch(Thread::isDaemon);
    }
  }

  @Test
  void theUrlDecidesBetweenServerAndMemory() {
    try (ScriptedServer server = ScriptedServer.start(json(200, "[\"over http\"]"));
        SchemaRegistry client =
            SchemaRegistry.forConfig(Map.of("schema.registry.url", server.url()))) {
      assertThat(client.subjects()).containsExactly("over http");
    }
    assertThat(SchemaRegistry.forConfig(Map.of("schema.registry.url", "mock://here")))
        .isSameAs(InMemorySchemaRegistry.named("here"));
  }

  private static SchemaRegistry client(ScriptedServer server) {
    return RegistryClient.create(RegistryConfig.of(server.url()));
  }

  private static Schema copy(Schema schema) {
    return new Schema.Parser().parse(schema.toString());
  }

  private static String schemaAnswer(String schema) {
    return "{\"schema\":" + quoted(schema) + "}";
  }

  private static String quoted(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }
}
