package dev.tidings.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The pages that users read. */
final class Pages {
  static final Path ROOT = Path.of(System.getProperty("tidings.root")).toAbsolutePath().normalize();

  private Pages() {}

  /** The README and everything in {@code docs}, but for the decisions, which are history. */
  static List<Path> all() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md"))
          .filter(page -> !page.startsWith(ROOT.resolve("docs/decisions")))
          .sorted()
          .forEach(pages::add);
    }
    return pages;
  }
}
