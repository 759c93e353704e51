package dev.tidings.recorder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Against a Docker engine of its own; skipped where none can be started. */
@Timeout(120)
class RealEngineIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final CapturedEvents captured = new CapturedEvents();
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private Process engine;
  private DockerSource source;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    assumeTrue(
        System.getProperty("user.name").equals("root")
            && isOnPath("dockerd")
            && isOnPath("docker")
            && Files.isExecutable(BUSYBOX),
        "no Docker engine can be started here");
    engine = startEngine();
    Path root = Files.createDirectories(directory.resolve("root/bin"));
    Files.copy(BUSYBOX, root.resolve("sh"));
    run("tar", "-C", directory.resolve("root").toString(), "-cf", tar(), ".");
    docker("import", tar(), "tiny:1");
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (source != null) {
      source.close(LIMIT);
    }
    stopEngine();
  }

  @Test
  void containersAreRecordedAcrossRestartsOfBothSides() throws Exception {
    source = startSource();
    await().atMost(LIMIT).until(() -> source.counts().connects() == 1);
    String options = "--name web --network none --label team=shop";
    // A shell that waits for its input, which never comes.
    docker(("run -d -i " + options + " tiny:1 /bin/sh").split(" "));
    docker("pause", "web");
    docker("unpause", "web");
    docker("kill", "-s", "9", "web");
    await().atMost(LIMIT).until(() -> captured.brief().contains("ContainerDied web"));
    docker("rm", "web");
    await().atMost(LIMIT).until(() -> captured.brief().contains("ContainerDestroyed web"));
    assertThat(captured.brief())
        .containsExactly(
            "ContainerCreated web",
            "ContainerStarted web",
            "ContainerPaused web",
            "ContainerUnpaused web",
            "ContainerKilled web",
            "ContainerDied web",
            "ContainerDestroyed web");
    assertThat(captured.all().get(5).attributes())
        .containsEntry("docker.exitCode", "137")
        .containsEntry("docker.image", "tiny:1")
        .containsEntry("docker.label.team", "shop");

    assertThat(source.close(LIMIT)).isTrue();
    docker("create", "--name", "two", "--network", "none", "tiny:1", "/bin/sh");
    source = startSource();
    await().atMost(LIMIT).until(() -> captured.brief().contains("ContainerCreated two"));
    assertThat(captured.brief()).hasSize(8);
    assertThat(source.counts().forcedReloads()).isZero();

    stopEngine();
    engine = startEngine();
    await().atMost(LIMIT).until(() -> captured.brief().contains("ForcedReload"));
    docker("rm", "two");
    await().atMost(LIMIT).until(() -> captured.brief().contains("ContainerDestroyed two"));
    assertThat(captured.brief()).hasSize(10).doesNotHaveDuplicates();
    assertThat(errors).as("one for the engine's end").hasSize(1);
  }

  private DockerSource startSource() {
    DockerSource started =
        new DockerSourceBuilder(captured)
            .engine(socket())
            .stateDirectory(directory.resolve("state"))
            .backoff(new Backoff(Duration.ofMillis(50), Duration.ofMillis(500)))
            .onError((problem, cause) -> errors.add(problem))
            .build();
    started.start();
    return started;
  }

  private Process startEngine() throws IOException {
    Process process =
        new ProcessBuilder(
                "dockerd",
                "--iptables=false",
                "--ip-masq=false",
                "--bridge=none",
                "--storage-driver=vfs",
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("exec"),
                "--pidfile=" + directory.resolve("pid"),
                "--host=unix://" + socket())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("engine.log").toFile())
            .start();
    await().atMost(LIMIT).until(() -> exitCode(client("version")) == 0);
    return process;
  }

  private void stopEngine() throws InterruptedException {
    if (engine == null) {
      return;
    }
    engine.destroy();
    if (!engine.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      engine.destroyForcibly();
    }
    engine = null;
  }

  private String socket() {
    return directory.resolve("docker.sock").toString();
  }

  private String tar() {
    return directory.resolve("root.tar").toString();
  }

  private void docker(String... arguments) throws IOException, InterruptedException {
    run(client(arguments));
  }

  private String[] client(String... arguments) {
    List<String> all = new ArrayList<>(List.of("docker", "--host", "unix://" + socket()));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  private void run(String... command) throws IOException, InterruptedException {
    assertThat(exitCode(command)).as(Arrays.toString(command)).isZero();
  }

  private int exitCode(String... command) throws IOException, InterruptedException {
    Path log = directory.resolve("command.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(Files.readString(log, StandardCharsets.UTF_8));
    }
    return process.exitValue();
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
