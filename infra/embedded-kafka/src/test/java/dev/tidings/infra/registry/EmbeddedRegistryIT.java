package dev.tidings.infra.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.infra.process.ChildJvm;
import dev.tidings.infra.process.DataDirectoryException;
import dev.tidings.infra.process.DataDirectoryLockedException;
import dev.tidings.infra.process.PortInUseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRegistryIT {

  @TempDir Path temporary;

  private static String schema(int number) {
    return "{\"type\":\"fixed\",\"name\":\"F" + number + "\",\"size\":" + (number + 1) + "}";
  }

  @Test
  void keepsSchemasAndIdsWhenStoppedAndWhenKilled() throws Exception {
    // A name that would mean something to a shell, a class path or a database URL.
    Path directory = temporary.resolve("a b;c");
    List<Integer> ids = new ArrayList<>();
    int port;
    try (EmbeddedRegistry registry =
        EmbeddedRegistry.startAsync(EmbeddedRegistryConfig.in(directory))
            .get(60, TimeUnit.SECONDS)) {
      port = registry.port();
      assertThat(registry.url()).isEqualTo("http://127.0.0.1:" + port + "/apis/ccompat/v7");
      RegistryCalls calls = new RegistryCalls(registry.url());
      for (int i = 0; i < 20; i++) {
        ids.add(calls.register("kept-" + i % 3, schema(i)).id());
      }
      // At once after the answer: what was answered must be kept.
      registry.kill();
      assertThat(registry.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(128 + 9);
      assertThat(registry.isAlive()).isFalse();
    }
    assertThat(ids).doesNotHaveDuplicates();

    EmbeddedRegistryConfig samePort = EmbeddedRegistryConfig.in(directory).withPort(port);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(samePort)) {
      assertThat(registry.port()).isEqualTo(port);
      assertSame(new RegistryCalls(registry.url()), ids);

      assertThatExceptionOfType(PortInUseException.class)
          .isThrownBy(() -> EmbeddedRegistry.start(samePort));
      assertThatExceptionOfType(DataDirectoryLockedException.class)
          .isThrownBy(() -> EmbeddedRegistry.start(EmbeddedRegistryConfig.in(directory)))
          .withMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.in(directory))) {
      RegistryCalls calls = new RegistryCalls(registry.url());
      assertSame(calls, ids);
      assertThat(calls.register("kept-0", schema(100)).id()).isNotIn(ids);
      assertThat(registry.log()).content().doesNotContain("ERROR");
    }
  }

  private static void assertSame(RegistryCalls calls, List<Integer> ids) throws Exception {
    for (int i = 0; i < ids.size(); i++) {
      assertThat(calls.get("/schemas/ids/" + ids.get(i)).body().get("schema").asText())
          .isEqualTo(schema(i));
      assertThat(calls.register("kept-" + i % 3, schema(i)).id()).isEqualTo(ids.get(i));
    }
  }

  @Test
  void beginsAnewWhenItWasKilledWhileItMadeItsDatabase() throws Exception {
    Files.writeString(temporary.resolve("registry.mv.db"), "half a database");
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.in(temporary))) {
      assertThat(new RegistryCalls(registry.url()).register("new", schema(1)).status())
          .isEqualTo(200);
    }
  }

  /** Starts a registry, says its process id and a schema's id, and waits to be killed. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      EmbeddedRegistry registry =
          EmbeddedRegistry.start(EmbeddedRegistryConfig.in(Path.of(args[0])));
      int id = new RegistryCalls(registry.url()).register("kept-0", schema(0)).id();
      System.out.println("started " + registry.pid() + " " + id);
      new CountDownLatch(1).await();
    }
  }

  @Test
  void doesNotOutliveAParentThatIsKilled() throws Exception {
    Path directory = temporary.resolve("registry");
    String line;
    try (ChildJvm parent =
        ChildJvm.of(Parent.class, temporary.resolve("parent.log"))
            .arguments(directory.toString())
            .start()) {
      line = parent.awaitLine(l -> l.startsWith("started "), Duration.ofSeconds(60));
      parent.kill();
    }
    String[] words = line.split(" ", -1);
    Optional<ProcessHandle> orphan = ProcessHandle.of(Long.parseLong(words[1]));
    // At once, while the orphan may still be about to end.
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistryConfig.in(directory))) {
      assertSame(new RegistryCalls(registry.url()), List.of(Integer.parseInt(words[2])));
    }
    if (orphan.isPresent()) {
      orphan.get().onExit().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void saysThatTheDirectoryCannotBeWritten() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> EmbeddedRegistry.start(EmbeddedRegistryConfig.in(file)))
        .withMessage("Data directory %s is not a directory: choose another directory.", file);
  }
}
