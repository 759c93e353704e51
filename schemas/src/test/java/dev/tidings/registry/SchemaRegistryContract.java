package dev.tidings.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.registry.RegistryException.Kind;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

/** What every {@link SchemaRegistry} does: the one in memory and a real one alike. */
interface SchemaRegistryContract {

  SchemaRegistry registry();

  /** Names of their own, as a registry may be shared with other tests. */
  private static String unique(String what) {
    return what + "-" + UUID.randomUUID();
  }

  private static Schema record(String name, String... stringFields) {
    SchemaBuilder.FieldAssembler<Schema> fields = SchemaBuilder.record(name).fields();
    for (String field : stringFields) {
      fields = fields.requiredString(field);
    }
    return fields.endRecord();
  }

  private static Schema withOptional(String name, String field, String optional) {
    return SchemaBuilder.record(name)
        .fields()
        .requiredString(field)
        .name(optional)
        .type()
        .stringType()
        .stringDefault("")
        .endRecord();
  }

  private static String name() {
    return "contract.R" + UUID.randomUUID().toString().replace("-", "");
  }

  @Test
  default void registeringTwiceGivesOneId() {
    String subject = unique("twice");
    Schema schema = record(name(), "a");
    int id = registry().register(subject, schema);
    assertThat(registry().register(subject, schema)).isEqualTo(id);
    assertThat(registry().idOf(subject, schema)).isEqualTo(id);
    assertThat(registry().byId(id)).isEqualTo(schema);
    assertThat(registry().latest(subject)).contains(new RegisteredSchema(subject, id, 1, schema));
    assertThat(registry().subjects()).contains(subject);
  }

  @Test
  default void aNewVersionFollows() {
    String subject = unique("versions");
    String name = name();
    Schema first = record(name, "a");
    Schema second = withOptional(name, "a", "b");
    int firstId = registry().register(subject, first);
    int secondId = registry().register(subject, second);
    assertThat(secondId).isNotEqualTo(firstId);
    assertThat(registry().latest(subject))
        .contains(new RegisteredSchema(subject, secondId, 2, second));
    assertThat(registry().byId(firstId)).isEqualTo(first);
  }

  @Test
  default void whatIsUnknownIsNotFound() {
    String subject = unique("unknown");
    assertThat(registry().latest(subject)).isEmpty();
    assertThat(registry().isCompatible(subject, record(name(), "a"))).isTrue();
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> registry().idOf(subject, record(name(), "a")))
        .matches(e -> e.kind() == Kind.NOT_FOUND, "not found");
    registry().register(subject, record(name(), "a"));
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> registry().idOf(subject, record(name(), "a")))
        .matches(e -> e.kind() == Kind.NOT_FOUND, "not found");
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> registry().byId(Integer.MAX_VALUE))
        .matches(e -> e.kind() == Kind.NOT_FOUND && e.errorCode() == 40403, "not found");
  }

  @Test
  default void theCompatibilityLevelIsKept() {
    String subject = unique("levels");
    String name = name();
    registry().setCompatibility(subject, Compatibility.FULL);
    registry().register(subject, record(name, "a"));
    Schema incompatible = record(name, "a", "b");
    assertThat(registry().isCompatible(subject, incompatible)).isFalse();
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> registry().register(subject, incompatible))
        .withMessageContaining(subject)
        .withMessageContaining(name)
        .matches(e -> e.kind() == Kind.INCOMPATIBLE && e.status() == 409, "incompatible");

    Schema compatible = withOptional(name, "a", "c");
    assertThat(registry().isCompatible(subject, compatible)).isTrue();
    registry().register(subject, compatible);

    registry().setCompatibility(subject, Compatibility.NONE);
    assertThat(registry().isCompatible(subject, incompatible)).isTrue();
    registry().register(subject, incompatible);
    assertThat(registry().latest(subject).orElseThrow().version()).isEqualTo(3);
  }

  @Test
  default void subjectsMayHoldAnyCharacter() {
    String subject = unique("a/b c?d#e%f+g&h*ü~😀");
    Schema schema = record(name(), "a");
    int id = registry().register(subject, schema);
    assertThat(registry().latest(subject)).contains(new RegisteredSchema(subject, id, 1, schema));
    assertThat(registry().subjects()).contains(subject);
    assertThat(registry().isCompatible(subject, schema)).isTrue();
  }

  @Test
  default void documentationAndPropertiesSurvive() {
    Schema schema =
        SchemaBuilder.enumeration(name())
            .doc("Types of a \"catalogue\" – ünïcode 😀")
            .prop("descriptions", Map.of("A", "line\nbreak", "B", "tab\t"))
            .symbols("A", "B");
    int id = registry().register(unique("doc"), schema);
    Schema read = registry().byId(id);
    assertThat(read.getDoc()).isEqualTo(schema.getDoc());
    assertThat(read.getObjectProp("descriptions")).isEqualTo(schema.getObjectProp("descriptions"));
  }
}
