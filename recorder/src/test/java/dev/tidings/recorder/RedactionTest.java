package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private final Redaction secrets = Redaction.secrets();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          password=hunter2                         | password=[redacted]
          db.password: hunter2, user: joe          | db.password: [redacted], user: joe
          {"api_key":"a b c","n":1}                | {"api_key":[redacted],"n":1}
          DB_PASSWORD='x y' ok                     | DB_PASSWORD=[redacted] ok
          client_secret=abc&grant=1                | client_secret=[redacted]&grant=1
          Authorization: Bearer abcdefgh.ijk-l_m   | Authorization: Bearer [redacted]
          Basic dXNlcjpwYXNzd29yZA==               | Basic [redacted]
          jdbc:postgresql://joe:pw@db:5432/x       | jdbc:postgresql://[redacted]@db:5432/x
          token eyJhbGciOi.eyJzdWIiOi.SflKxw_c end | token [redacted] end
          key AKIAIOSFODNN7EXAMPLE used            | key [redacted] used
          redis://:s3cret@host/0                   | redis://[redacted]@host/0
          https://ghp_abcdefghijklmnop@github.com  | https://[redacted]@github.com
          postgres://u:p@ss@h/db                   | postgres://[redacted]@h/db
          Authorization: token ghp_abcdefghijklmno | Authorization: token [redacted]
          clone with ghp_abcdefghijklmnop now      | clone with [redacted] now
          password="a\\"b c" end                   | password=[redacted] end
          {\\"password\\":\\"x\\"}                   | {\\"password\\":[redacted]
          mysql --password hunter2 -h db           | mysql --password [redacted] -h db
          {"dbPassword":"x"}                       | {"dbPassword":[redacted]}
          """)
  void whatLooksLikeASecretIsReplaced(String text, String clean) {
    assertThat(secrets.redact("message", text)).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "leader elected: node-3 has term 7",
        "the keyboard was unplugged",
        "passwordless login works",
        "http://db:5432/path?x=1",
        "basic tests passed",
        "token bucket is empty",
        ""
      })
  void whatIsNoSecretStays(String text) {
    assertThat(secrets.redact("message", text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "db.password",
        "API-Key",
        "x_token",
        "client_secret",
        "dbPassword",
        "githubToken",
        "awsSecretAccessKey",
        "Authorization",
        "Set-Cookie"
      })
  void anAttributeThatIsNamedLikeASecretLosesItsValue(String name) {
    assertThat(secrets.redact(name, "anything")).isEqualTo(Redaction.REPLACEMENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zone", "keyspace", "tokenizer", "path"})
  void otherAttributesKeepTheirs(String name) {
    assertThat(secrets.redact(name, "anything")).isEqualTo("anything");
  }

  @Test
  void aPrivateKeyIsReplacedWhole() {
    assertThat(
            secrets.redact(
                "message",
                "a -----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIE\nabc=\n"
                    + "-----END RSA PRIVATE KEY----- b"))
        .isEqualTo("a [redacted] b");
    assertThat(secrets.redact("message", "a -----BEGIN PRIVATE KEY-----\nMIIE"))
        .isEqualTo("a [redacted]");
  }

  @Test
  void noTextMakesItSlow() {
    for (String part :
        new String[] {
          "a", "password", "password=", "://", "a:", "eyJ", "-----BEGIN ", "\"", " ", "-_."
        }) {
      String text = part.repeat(8_192 / part.length());
      assertTimeoutPreemptively(Duration.ofSeconds(5), () -> secrets.redact("message", text), part);
    }
  }

  @Test
  void ownPatternsAndFunctionsCanBeCombined() {
    Redaction redaction =
        Redaction.of(Pattern.compile("\\d{4}")).and((field, text) -> text.toUpperCase());
    assertThat(redaction.redact("message", "card 1234")).isEqualTo("CARD [REDACTED]");
  }
}
