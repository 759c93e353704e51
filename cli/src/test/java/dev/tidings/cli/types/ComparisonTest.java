package dev.tidings.cli.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.catalogue.Catalogue;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static Catalogue catalogue(Map<String, String> types) {
    return Catalogue.of("com.example", "mine", new TreeMap<>(types));
  }

  @Test
  void typesCanBeAddedAndNotRemoved() {
    Catalogue registered = catalogue(Map.of("A", "a", "B", "b"));
    assertThat(Comparison.catalogue("s", registered, registered)).isEmpty();
    assertThat(
            Comparison.catalogue("s", registered, catalogue(Map.of("A", "a", "B", "x", "C", "c"))))
        .containsExactly(
            new SchemaChange("s", "describes B differently", true),
            new SchemaChange("s", "adds C", true));
    assertThat(Comparison.catalogue("s", registered, catalogue(Map.of("A", "a"))))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.compatible()).isFalse();
              assertThat(change.what()).startsWith("removes B");
            });
  }

  @Test
  void aNewFieldNeedsADefault() {
    Schema registered = SchemaBuilder.record("R").fields().requiredString("a").endRecord();
    Schema withDefault =
        SchemaBuilder.record("R")
            .fields()
            .requiredString("a")
            .name("b")
            .type()
            .stringType()
            .stringDefault("")
            .endRecord();
    Schema without =
        SchemaBuilder.record("R").fields().requiredString("a").requiredString("b").endRecord();
    assertThat(Comparison.schema("s", registered, registered)).isEmpty();
    assertThat(Comparison.schema("s", registered, withDefault))
        .allMatch(SchemaChange::compatible)
        .hasSize(1);
    assertThat(Comparison.schema("s", registered, without))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.compatible()).isFalse();
              assertThat(change.what()).contains("readers of the new schema").contains("/fields/1");
            });
  }
}
