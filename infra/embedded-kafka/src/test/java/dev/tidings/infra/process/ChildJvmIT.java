package dev.tidings.infra.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void runsAMainClassAndStopsItInOrder() throws Exception {
    Path output = directory.resolve("with space").resolve("out.log");
    try (ChildJvm child =
        ChildJvm.of(Programs.Waiting.class, output)
            .arguments("one", "and two")
            .jvmOptions(ChildJvm.LEAN)
            .start()) {
      assertThat(child.awaitLine(l -> l.startsWith("ready"), LIMIT))
          .isEqualTo("ready [one, and two]");
      assertThat(child.awaitLine(l -> l.startsWith("input"), LIMIT))
          .as("an earlier line, and an input that looks empty")
          .isEqualTo("input -1");
      assertThat(child.isAlive()).isTrue();
      assertThat(child.exitCode()).isEmpty();

      assertThat(child.stop(LIMIT)).isEqualTo(128 + 15);
      assertThat(Files.readAllLines(output)).last().isEqualTo("in order");
    }
  }

  @Test
  void killsWithoutWarning() throws Exception {
    Path output = directory.resolve("out.log");
    try (ChildJvm child = ChildJvm.of(Programs.Waiting.class, output).start()) {
      child.awaitLine(l -> l.startsWith("ready"), LIMIT);
      child.kill();
      assertThat(child.exitCode()).hasValue(128 + 9);
      assertThat(child.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(128 + 9);
      assertThat(Files.readAllLines(output)).last().isEqualTo("ready []");
    }
  }

  @Test
  void aChildDoesNotOutliveAParentThatIsKilled() throws Exception {
    try (ChildJvm parent =
        ChildJvm.of(Programs.Parent.class, directory.resolve("parent.log"))
            .arguments(directory.resolve("child.log").toString())
            .start()) {
      String line = parent.awaitLine(l -> l.startsWith("child "), LIMIT);
      ProcessHandle child =
          ProcessHandle.of(Long.parseLong(line.substring("child ".length()))).orElseThrow();
      parent.kill();
      child.onExit().get(30, TimeUnit.SECONDS);
      assertThat(child.isAlive()).isFalse();
    }
  }

  @Test
  void passesOnHowAProgramEnds() throws Exception {
    try (ChildJvm child =
        ChildJvm.of(Programs.Exiting.class, directory.resolve("exiting.log"))
            .arguments("42")
            .start()) {
      assertThat(child.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(42);
    }
    Path output = directory.resolve("failing.log");
    try (ChildJvm child = ChildJvm.of(Programs.Failing.class, output).arguments("over").start()) {
      assertThat(child.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(output)
          .content()
          .contains("Exception in thread \"main\"", "IllegalStateException: as expected");
    }
  }

  @Test
  void saysThatAProgramEndedBeforeItWasReady() throws Exception {
    Path output = directory.resolve("out.log");
    Files.writeString(output, "ready in an earlier run\n");
    try (ChildJvm child = ChildJvm.of(Programs.Exiting.class, output).arguments("3").start()) {
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(() -> child.awaitLine(l -> l.startsWith("ready"), LIMIT))
          .withMessageContaining("ended with exit code 3 before it was ready")
          .withMessageContaining(output.toString());
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(() -> child.awaitFile(directory.resolve("never"), LIMIT))
          .withMessageContaining("ended with exit code 3");
    }
  }

  @Test
  void saysThatAProgramIsNotReadyInTime() throws Exception {
    try (ChildJvm child =
        ChildJvm.of(Programs.Waiting.class, directory.resolve("out.log")).start()) {
      child.awaitFile(child.output(), LIMIT);
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(() -> child.awaitLine(l -> l.equals("never"), Duration.ZERO))
          .withMessageContaining("was not ready within 0 s");
      child.kill();
    }
  }
}
