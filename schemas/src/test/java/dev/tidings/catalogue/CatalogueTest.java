package dev.tidings.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Severity;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Protocol: "Event types and catalogues". */
class CatalogueTest {
  @EventCatalogue(name = "cluster", owner = "com.example.platform")
  enum ClusterEvent {
    @Description("A leader was elected.")
    LeaderElected,
    LeaderLost
  }

  enum Plain {
    Started
  }

  @Test
  void anEnumIsACatalogue() {
    Catalogue catalogue = Catalogue.of(ClusterEvent.class);

    assertThat(catalogue.owner()).isEqualTo("com.example.platform");
    assertThat(catalogue.name()).isEqualTo("cluster");
    assertThat(catalogue.types())
        .containsExactly(
            new EventType("cluster", "LeaderElected", "A leader was elected."),
            new EventType("cluster", "LeaderLost", ""));
  }

  @Test
  void aPlainEnumGivesItsOwnNameAndPackage() {
    Catalogue catalogue = Catalogue.of(Plain.class);

    assertThat(catalogue.name()).isEqualTo("Plain");
    assertThat(catalogue.owner()).isEqualTo("dev.tidings.catalogue");
  }

  @Test
  void anEnumThatAvroGeneratedIsReadFromItsSchema() {
    Catalogue catalogue = Catalogue.of(Severity.class);

    assertThat(catalogue.owner()).isEqualTo("dev.tidings.event");
    assertThat(catalogue.type("WARN")).isPresent();
  }

  @Test
  void anAvroEnumComesBackWithItsDescriptions() {
    Catalogue catalogue = Catalogue.of(ClusterEvent.class);
    Schema schema = new Schema.Parser().parse(catalogue.toAvro().toString());

    assertThat(schema.getFullName()).isEqualTo("com.example.platform.cluster");
    assertThat(Catalogue.of(schema)).isEqualTo(catalogue);
  }

  @Test
  void jsonMayHoldSeveral() {
    assertThat(
            Catalogue.parseJson(
                """
                {"hdfs.E1": "Served block", "hdfs.E2": "", "disk.Failed": "A disk failed."}"""))
        .containsExactly(
            Catalogue.of(Catalogue.DEFAULT_OWNER, "hdfs", ordered("E1", "Served block", "E2", "")),
            Catalogue.of(Catalogue.DEFAULT_OWNER, "disk", Map.of("Failed", "A disk failed.")));
  }

  @Test
  void wrongJsonIsExplained() {
    assertWrong("[]", "must be a JSON object");
    assertWrong("{", "no JSON");
    assertWrong("{}", "No event types");
    assertWrong("{\"nodot\": \"\"}", "'nodot' must be <catalogue>.<Name>");
    assertWrong("{\"a.B\": 1}", "description of event type 'a.B' must be a text");
    assertWrong("{\"a.B-C\": \"\"}", "'B-C' must be letters");
    assertWrong("{\"a.B\": \"\", \"a.B\": \"\"}", "Duplicate");
  }

  @Test
  void unknownTypesAreExplained() {
    Catalogues catalogues = Catalogues.of(Catalogue.of(ClusterEvent.class));

    assertThat(catalogues.type("cluster.LeaderLost")).isPresent();
    assertThat(catalogues.type("cluster.Nope")).isEmpty();
    assertThat(catalogues.explainUnknown("Nope")).contains("<catalogue>.<Name>");
    assertThat(catalogues.explainUnknown("cluster.Nope")).contains("no such type");
    assertThat(catalogues.explainUnknown("other.Nope")).contains("known catalogues are cluster");
  }

  @Test
  void publishingAddsTypesAndNeverRemovesThem() {
    SchemaRegistry registry = InMemorySchemaRegistry.named("catalogue-test");
    CatalogueRegistry catalogues = new CatalogueRegistry(registry, Topics.DEFAULT);
    Catalogue first = Catalogue.of("acme", "disk", Map.of("Failed", "A disk failed."));
    Catalogue second = Catalogue.of("acme", "disk", Map.of("Full", "A disk is full."));

    catalogues.publish(first);
    catalogues.publish(first);
    Catalogue union = catalogues.publish(second);

    assertThat(union.types()).extracting(EventType::name).containsExactly("Failed", "Full");
    assertThat(catalogues.find("disk")).contains(union);
    assertThat(catalogues.find("other")).isEmpty();
    assertThat(catalogues.all().type("disk.Failed")).isPresent();
    assertThat(registry.latest("tidings-types-disk").orElseThrow().version()).isEqualTo(2);
  }

  private static void assertWrong(String json, String reason) {
    assertThatThrownBy(() -> Catalogue.parseJson(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
