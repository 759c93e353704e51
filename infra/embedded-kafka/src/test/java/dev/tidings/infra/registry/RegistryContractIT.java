package dev.tidings.infra.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The behaviour of Confluent's REST API that the platform relies on. */
class RegistryContractIT {

  private static final String SCHEMA =
      record("{\"name\":\"name\",\"type\":\"string\",\"doc\":\"With \\\"quotes\\\" and ü\"}");
  private static final String COMPATIBLE =
      record(
          "{\"name\":\"name\",\"type\":\"string\"},"
              + "{\"name\":\"size\",\"type\":\"int\",\"default\":1}");
  private static final String INCOMPATIBLE = record("{\"name\":\"name\",\"type\":\"int\"}");

  private final RegistryCalls calls = new RegistryCalls(SharedRegistry.url());

  private static String record(String fields) {
    return "{\"type\":\"record\",\"name\":\"Thing\",\"namespace\":\"test\",\"fields\":["
        + fields
        + "]}";
  }

  @Test
  void givesASchemaOneIdAndFindsItById() throws Exception {
    int id = calls.register("ids-a", SCHEMA).id();
    assertThat(calls.register("ids-a", SCHEMA).id()).isEqualTo(id);
    assertThat(calls.register("ids-b", SCHEMA).id()).as("another subject").isEqualTo(id);
    assertThat(calls.register("ids-a", COMPATIBLE).id()).isNotEqualTo(id);

    RegistryCalls.Answer found = calls.get("/schemas/ids/" + id);
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.body().get("schema").asText()).isEqualTo(SCHEMA);

    RegistryCalls.Answer looked = calls.call("POST", "/subjects/ids-a", Map.of("schema", SCHEMA));
    assertThat(looked.id()).isEqualTo(id);
    assertThat(looked.body().get("version").asInt()).isEqualTo(1);
  }

  @Test
  void listsSubjectsAndVersions() throws Exception {
    calls.register("list-a", SCHEMA);
    int id = calls.register("list-a", COMPATIBLE).id();
    assertThat(calls.get("/subjects").body()).anyMatch(s -> s.asText().equals("list-a"));
    assertThat(calls.get("/subjects/list-a/versions").body().toString()).isEqualTo("[1,2]");

    RegistryCalls.Answer latest = calls.get("/subjects/list-a/versions/latest");
    assertThat(latest.id()).isEqualTo(id);
    assertThat(latest.body().get("version").asInt()).isEqualTo(2);
    assertThat(latest.body().get("subject").asText()).isEqualTo("list-a");
    assertThat(latest.body().get("schema").asText()).isEqualTo(COMPATIBLE);
  }

  @Test
  void keepsSchemasCompatible() throws Exception {
    calls.register("compatibility-a", SCHEMA);
    String path = "/compatibility/subjects/compatibility-a/versions/latest";
    assertThat(
            calls.call("PUT", "/config/compatibility-a", Map.of("compatibility", "FULL")).status())
        .isEqualTo(200);
    assertThat(calls.get("/config/compatibility-a").body().get("compatibilityLevel").asText())
        .isEqualTo("FULL");

    assertThat(compatible(calls.call("POST", path, Map.of("schema", COMPATIBLE)))).isTrue();
    assertThat(compatible(calls.call("POST", path, Map.of("schema", INCOMPATIBLE)))).isFalse();

    RegistryCalls.Answer refused = calls.register("compatibility-a", INCOMPATIBLE);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.errorCode()).isEqualTo(409);
    assertThat(calls.register("compatibility-a", COMPATIBLE).status()).isEqualTo(200);
  }

  @Test
  void takesTheCompatibilityOfASubjectThatDoesNotExistYet() throws Exception {
    calls.call("PUT", "/config/compatibility-b", Map.of("compatibility", "FULL"));
    assertThat(calls.get("/subjects").body()).noneMatch(s -> s.asText().equals("compatibility-b"));
    assertThat(calls.register("compatibility-b", SCHEMA).status()).isEqualTo(200);
    assertThat(calls.register("compatibility-b", INCOMPATIBLE).status()).isEqualTo(409);
  }

  @Test
  void saysWhatIsNotThere() throws Exception {
    calls.register("missing-a", SCHEMA);
    assertError(calls.get("/subjects/missing-b/versions/latest"), 404, 40401);
    assertError(calls.get("/subjects/missing-a/versions/7"), 404, 40402);
    assertError(calls.get("/schemas/ids/1000000"), 404, 40403);
    assertError(
        calls.call("POST", "/subjects/missing-a", Map.of("schema", INCOMPATIBLE)), 404, 40403);
    assertError(calls.call("POST", "/subjects/missing-b", Map.of("schema", SCHEMA)), 404, 40401);
  }

  @Test
  void refusesWhatIsNoSchema() throws Exception {
    assertError(calls.register("invalid-a", "{\"type\":\"recor\"}"), 422, 42201);
  }

  private static boolean compatible(RegistryCalls.Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    return answer.body().get("is_compatible").asBoolean();
  }

  private static void assertError(RegistryCalls.Answer answer, int status, int code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.errorCode()).isEqualTo(code);
  }
}
