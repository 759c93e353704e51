package dev.tidings.infra.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  @TempDir Path temporary;

  @Test
  void createsWhatIsMissing() {
    Path wanted = temporary.resolve("a/b/c");
    try (DataDirectory directory = DataDirectory.open(wanted)) {
      assertThat(directory.path()).isEqualTo(wanted).isDirectory();
      assertThat(directory.subdirectory("log")).isDirectory().hasParent(wanted);
    }
    assertThat(wanted).isDirectory();
  }

  @Test
  void isForOneAtATime() {
    try (DataDirectory directory = DataDirectory.open(temporary)) {
      assertThatExceptionOfType(DataDirectoryLockedException.class)
          .isThrownBy(() -> DataDirectory.open(temporary))
          .withMessage(
              "Data directory %s is in use by process %d: stop that one first, or choose another"
                  + " directory.",
              directory.path(), ProcessHandle.current().pid());
    }
    DataDirectory.open(temporary).close();
  }

  @Test
  void deletesOnlyTemporaryOnes() throws Exception {
    Path path;
    try (DataDirectory directory = DataDirectory.temporary("tidings-test-")) {
      path = directory.path();
      Files.writeString(directory.subdirectory("log").resolve("file"), "text");
      directory.close();
      assertThat(path).doesNotExist();
    }
  }

  @Test
  void saysThatAFileIsInTheWay() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> DataDirectory.open(file))
        .withMessage("Data directory %s is not a directory: choose another directory.", file);
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> DataDirectory.open(file.resolve("below")))
        .withMessageStartingWith("Data directory %s cannot be written", file.resolve("below"));
  }

  @Test
  void saysThatADirectoryCannotBeWritten() {
    // A place where not even root may create anything.
    Path kernel = Path.of("/proc/self");
    assumeTrue(Files.isDirectory(kernel));
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> DataDirectory.open(kernel))
        .withMessageMatching("Data directory /proc/self cannot be written \\(.+\\): choose .+");
  }
}
