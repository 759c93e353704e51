package dev.tidings.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No link within the documentation leads nowhere. */
class LinksTest {
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(#[^)\\s]*)?\\)");

  @Test
  void everyLinkLeadsToAPageAndAHeading() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : Pages.all()) {
      LINK.matcher(Files.readString(page))
          .results()
          .filter(link -> !leadsSomewhere(page, link.group(1), link.group(2)))
          .forEach(link -> broken.add(Pages.ROOT.relativize(page) + ": " + link.group()));
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path page, String file, String heading) {
    Path target = file.isEmpty() ? page : page.resolveSibling(file);
    try {
      return Files.exists(target)
          && (heading == null
              || Files.readAllLines(target).stream()
                  .filter(line -> line.startsWith("#"))
                  .anyMatch(line -> heading.equals("#" + anchor(line))));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** As GitHub makes it. */
  private static String anchor(String heading) {
    return heading
        .replaceFirst("^#+ ", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }
}
