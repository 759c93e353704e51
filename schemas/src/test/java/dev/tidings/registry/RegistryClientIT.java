package dev.tidings.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.infra.registry.SharedRegistry;
import dev.tidings.registry.RegistryException.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a real Apicurio Registry. */
class RegistryClientIT implements SchemaRegistryContract {
  private SchemaRegistry registry;

  @BeforeEach
  void open() {
    registry = client(SharedRegistry.url());
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Override
  public SchemaRegistry registry() {
    return registry;
  }

  @Test
  void anotherClientFindsWhatThisOneRegistered() {
    String subject = "clients-" + UUID.randomUUID();
    Schema schema = Schema.createFixed("F" + System.nanoTime(), null, "test", 16);
    int id = registry.register(subject, schema);
    try (SchemaRegistry other = client(SharedRegistry.url())) {
      assertThat(other.byId(id)).isEqualTo(schema);
      assertThat(other.idOf(subject, schema)).isEqualTo(id);
      assertThat(other.register(subject, schema)).isEqualTo(id);
    }
  }

  @Test
  void clientsThatRegisterAtOnceGetOneId() throws Exception {
    String subject = "at-once-" + UUID.randomUUID();
    Schema schema = Schema.createFixed("F" + System.nanoTime(), null, "test", 16);
    List<Callable<Integer>> registrations = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      registrations.add(
          () -> {
            try (SchemaRegistry client = client(SharedRegistry.url())) {
              return client.register(subject, schema);
            }
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(registrations.size());
    try {
      HashSet<Integer> ids = new HashSet<>();
      for (Future<Integer> id : pool.invokeAll(registrations)) {
        ids.add(id.get());
      }
      assertThat(ids).hasSize(1);
      assertThat(registry.latest(subject).orElseThrow().version()).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anAddressWhereNobodyListensIsPassedOver() {
    String nobody;
    try (ScriptedServer server = ScriptedServer.start()) {
      nobody = server.url();
    }
    try (SchemaRegistry client = client(nobody + "," + SharedRegistry.url())) {
      assertThat(client.latest("no-such-" + UUID.randomUUID())).isEmpty();
    }
  }

  @Test
  void aWrongPathIsNoRegistry() {
    URI right = URI.create(SharedRegistry.url());
    for (String path : List.of("", "/apis/ccompat", "/apis/registry/v3", "/ui")) {
      String wrong = right.resolve("/").toString().replaceAll("/$", "") + path;
      try (SchemaRegistry client = client(wrong)) {
        assertThatExceptionOfType(RegistryException.class)
            .isThrownBy(() -> client.latest("any"))
            .withMessageStartingWith(wrong)
            .withMessageContaining("correct --registry / schema.registry.url")
            .matches(e -> e.kind() == Kind.NOT_A_REGISTRY, "not a registry");
      }
    }
  }

  @Test
  void bigSchemasGoBothWays() {
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record("Big" + System.nanoTime()).fields();
    for (int i = 0; i < 2_000; i++) {
      fields = fields.name("field_" + i).doc("what it means").type().intType().noDefault();
    }
    Schema big = fields.endRecord();
    int id = registry.register("big-" + UUID.randomUUID(), big);
    assertThat(registry.byId(id)).isEqualTo(big);
  }

  private static SchemaRegistry client(String urls) {
    return RegistryClient.create(RegistryConfig.of(urls));
  }
}
