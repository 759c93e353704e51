package dev.tidings.infra.registry;

import dev.tidings.infra.process.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the registry keeps schemas and ids: in memory, or in one database file.
 *
 * <p>The registry fills a new database in several steps and takes one that is half filled for
 * complete. A file beside it therefore says that it once started with this database; without it the
 * database holds nothing of anybody yet, and is begun anew.
 */
final class Storage {

  // H2 adds the suffix.
  private static final String DATABASE = "registry";
  private static final String DATABASE_FILE = DATABASE + ".mv.db";
  private static final String COMPLETE_FILE = DATABASE + ".complete";

  private final List<String> options;
  private final Path complete;

  private Storage(List<String> options, Path complete) {
    this.options = options;
    this.complete = complete;
  }

  static Storage in(DataDirectory directory, boolean keep) throws IOException {
    Path complete = directory.path().resolve(COMPLETE_FILE);
    if (!keep) {
      return new Storage(List.of("-Dapicurio.datasource.url=jdbc:h2:mem:" + DATABASE), complete);
    }
    if (Files.notExists(complete)) {
      Files.deleteIfExists(directory.path().resolve(DATABASE_FILE));
    }
    // Relative to the working directory, so that no character of a path means anything to H2.
    // By default H2 writes what was committed up to half a second later.
    return new Storage(
        List.of("-Dapicurio.datasource.url=jdbc:h2:file:./" + DATABASE + ";WRITE_DELAY=0"),
        complete);
  }

  List<String> options() {
    return options;
  }

  /** Notes that the registry has started with this storage. */
  void markComplete() throws IOException {
    if (Files.notExists(complete)) {
      Files.createFile(complete);
    }
  }
}
