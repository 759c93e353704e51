package dev.tidings.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The reference pages are what the code says. {@code mvn -pl infra/documentation -am test
 * -Dtest=ReferenceTest -Dtidings.docs.write -Dsurefire.failIfNoSpecifiedTests=false} writes them
 * anew.
 */
class ReferenceTest {
  @Test
  void settingsAreThoseOfTheCode() throws IOException {
    assertSame("settings.md", Reference.settings());
  }

  @Test
  void metricsAreThoseOfTheCode() throws IOException {
    assertSame("metrics.md", Reference.metrics());
  }

  private static void assertSame(String page, String expected) throws IOException {
    Path file = Pages.ROOT.resolve("docs/reference").resolve(page);
    if (System.getProperty("tidings.docs.write") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
    }
    assertThat(file)
        .as("write it anew, as the comment of this test says")
        .exists()
        .content()
        .isEqualTo(expected);
  }
}
