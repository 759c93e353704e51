package dev.tidings.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InMemorySchemaRegistryTest implements SchemaRegistryContract {
  private static final Schema STRING = Schema.create(Schema.Type.STRING);

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

  @Override
  public SchemaRegistry registry() {
    return registry;
  }

  @Test
  void idsStartAtOneAndAreSharedAmongSubjects() {
    assertThat(registry.register("a", STRING)).isEqualTo(1);
    assertThat(registry.register("b", STRING)).isEqualTo(1);
    assertThat(registry.register("b", Schema.create(Schema.Type.BYTES))).isEqualTo(2);
  }

  @Test
  void aNameLeadsToOneRegistryUntilItIsForgotten() {
    Map<String, Object> configs = Map.of("schema.registry.url", List.of("mock://shared"));
    try (SchemaRegistry one = SchemaRegistry.forConfig(configs)) {
      one.register("a", STRING);
    }
    assertThat(SchemaRegistry.forConfig(configs).subjects()).containsExactly("a");
    assertThat(InMemorySchemaRegistry.named("other").subjects()).isEmpty();
    InMemorySchemaRegistry.forget("shared");
    assertThat(SchemaRegistry.forConfig(configs).subjects()).isEmpty();
    InMemorySchemaRegistry.forget("shared");
    InMemorySchemaRegistry.forget("other");
  }

  /** Versions of a record: {a}, then {a, b with a default}; next comes {b without a default}. */
  @ParameterizedTest
  @CsvSource({
    "NONE, true",
    "BACKWARD, true",
    "BACKWARD_TRANSITIVE, false",
    "FORWARD, false",
    "FORWARD_TRANSITIVE, false",
    "FULL, false",
    "FULL_TRANSITIVE, false"
  })
  void comparesAsTheLevelSays(Compatibility level, boolean accepted) {
    registry.register("s", SchemaBuilder.record("R").fields().requiredString("a").endRecord());
    registry.register(
        "s",
        SchemaBuilder.record("R")
            .fields()
            .requiredString("a")
            .name("b")
            .type()
            .stringType()
            .stringDefault("")
            .endRecord());
    registry.setCompatibility("s", level);
    assertThat(
            registry.isCompatible(
                "s", SchemaBuilder.record("R").fields().requiredString("b").endRecord()))
        .isEqualTo(accepted);
  }
}
