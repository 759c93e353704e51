package dev.tidings.recorder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.event.Severity;
import dev.tidings.recorder.RecordResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against an engine that does what the test says. */
@Timeout(60)
class DockerSourceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_000L * SECOND;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path directory;
  private ScriptedEngine engine;
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private final List<DockerSource> sources = new ArrayList<>();

  @BeforeEach
  void startEngine() throws IOException {
    engine = new ScriptedEngine(directory.resolve("docker.sock"));
  }

  @AfterEach
  void stop() throws IOException {
    sources.forEach(source -> source.close(LIMIT));
    engine.close();
  }

  @Test
  void everyActionIsRecordedAsItsType() throws IOException {
    CapturedEvents captured = new CapturedEvents();
    start(captured, UnaryOperator.identity());
    engine.emit(START + 1, "create", "web", "image", "nginx:1", "team", "shop");
    engine.emit(START + 2, "start", "web");
    engine.emit(START + 3, "pause", "web");
    engine.emit(START + 4, "unpause", "web");
    engine.emit(START + 5, "health_status: unhealthy", "web");
    engine.emit(START + 6, "oom", "web");
    engine.emit(START + 7, "kill", "web", "signal", "9");
    engine.emit(START + 8, "die", "web", "exitCode", "137");
    engine.emit(START + 9, "stop", "web");
    engine.emit(START + 10, "destroy", "web");
    engine.emit(START + 11, "exec_start: ls", "web");
    engine.emit(START + 12, "die", "job", "exitCode", "0");

    awaitEvents(captured, 11);

    assertThat(captured.brief())
        .containsExactly(
            "ContainerCreated web",
            "ContainerStarted web",
            "ContainerPaused web",
            "ContainerUnpaused web",
            "ContainerHealthChanged web",
            "ContainerOutOfMemory web",
            "ContainerKilled web",
            "ContainerDied web",
            "ContainerStopped web",
            "ContainerDestroyed web",
            "ContainerDied job");
    assertThat(captured.all())
        .extracting(Observation::severity)
        .containsExactly(
            Severity.INFO,
            Severity.INFO,
            Severity.INFO,
            Severity.INFO,
            Severity.WARN,
            Severity.ERROR,
            Severity.WARN,
            Severity.WARN,
            Severity.INFO,
            Severity.INFO,
            Severity.INFO);
    Observation created = captured.all().get(0);
    assertThat(created.time()).isEqualTo(Instant.ofEpochSecond(1_700_000_000L, 1));
    assertThat(created.object().getKind()).isEqualTo("Container");
    assertThat(created.object().getUid()).isEqualTo("id-web");
    assertThat(created.message()).isEqualTo("Container web (nginx:1) was created");
    assertThat(created.attributes())
        .containsEntry("docker.image", "nginx:1")
        .containsEntry("docker.label.team", "shop")
        .containsEntry("docker.action", "create");
    assertThat(captured.all().get(7).attributes()).containsEntry("docker.exitCode", "137");
    assertThat(captured.all().get(7).message()).isEqualTo("Container web ended with exit code 137");
    assertThat(captured.all().get(4).attributes()).containsEntry("docker.health", "unhealthy");
    assertThat(engine.requests().get(0)).contains("\"type\":[\"container\"]");
  }

  @Test
  void afterADisconnectNothingIsLostAndNothingRepeated() throws IOException {
    CapturedEvents captured = new CapturedEvents();
    DockerSource source = start(captured, UnaryOperator.identity());
    engine.emit(START + 1, "start", "a");
    engine.emit(START + 1, "start", "b");
    awaitEvents(captured, 2);

    engine.disconnect();
    // The same nanosecond, and an event that is published late with an earlier time.
    engine.emit(START + 1, "start", "c");
    engine.emit(START, "start", "d");
    awaitEvents(captured, 4);
    awaitWatching();
    engine.emit(START + 3, "start", "e");
    awaitEvents(captured, 5);

    assertThat(captured.brief())
        .containsExactly(
            "ContainerStarted a",
            "ContainerStarted b",
            "ContainerStarted c",
            "ContainerStarted d",
            "ContainerStarted e");
    assertThat(source.counts().forcedReloads()).isZero();
    assertThat(source.counts().repeated()).isEqualTo(2);
    assertThat(source.counts().connects()).isEqualTo(2);
    assertThat(errors).hasSize(1);
  }

  @Test
  void whatTheEngineForgotIsSaid() throws IOException {
    CapturedEvents captured = new CapturedEvents();
    DockerSource source = start(captured, UnaryOperator.identity());
    engine.emit(START + 1, "start", "a");
    awaitEvents(captured, 1);

    engine.stop();
    engine.listen();
    awaitEvents(captured, 2);
    awaitWatching();
    engine.emit(START + 9 * SECOND, "start", "b");
    awaitEvents(captured, 3);

    assertThat(captured.brief())
        .containsExactly("ContainerStarted a", "ForcedReload", "ContainerStarted b");
    assertThat(captured.all().get(1).severity()).isEqualTo(Severity.WARN);
    assertThat(Action.ofType(captured.all().get(1).type()).isForceReload()).isTrue();
    assertThat(source.counts().forcedReloads()).isEqualTo(1);
  }

  @Test
  void anEngineThatRemembersTooLittleIsNoticed() throws IOException {
    engine.remembers(3);
    CapturedEvents captured = new CapturedEvents();
    start(captured, UnaryOperator.identity());
    engine.emit(START + 1, "start", "a");
    awaitEvents(captured, 1);
    engine.disconnect();
    for (int i = 0; i < 5; i++) {
      engine.emit(START + 2 + i, "start", "n" + i);
    }
    awaitEvents(captured, 5);
    assertThat(captured.brief())
        .containsExactly(
            "ContainerStarted a",
            "ForcedReload",
            "ContainerStarted n2",
            "ContainerStarted n3",
            "ContainerStarted n4");
  }

  @Test
  void garbageIsLeftOutAndTheRestRecorded() throws IOException {
    CapturedEvents captured = new CapturedEvents();
    DockerSource source = start(captured, UnaryOperator.identity());
    engine.sendRaw("no json\n");
    engine.sendRaw("{\"Type\":\"container\",\"Action\":[1]}\n");
    engine.sendRaw("{\"Type\":\"container\",\"Action\":\"start\"}\n");
    engine.sendRaw("null\n[]\n\n");
    engine.sendRaw("{\"Type\":\"galaxy\",\"Action\":\"spin\",\"id\":\"x\",\"time\":1}\n");
    engine.sendRaw("x".repeat(3 << 20) + "\n");
    // One event in two chunks, two in one, and without the fields of newer engines.
    engine.sendRaw("{\"status\":\"start\",\"id\":\"0123456789abcdef\",\"from\":\"i\",");
    engine.sendRaw(
        "\"time\":1700000001}\n{\"status\":\"stop\",\"id\":\"b\",\"time\":1700000002}\n");
    engine.emit(START + 9 * SECOND, "start", "good");

    awaitEvents(captured, 3);

    assertThat(captured.brief())
        .containsExactly(
            "ContainerStarted 0123456789ab", "ContainerStopped b", "ContainerStarted good");
    assertThat(source.counts().unreadable()).isEqualTo(6);
    assertThat(errors).singleElement().asString().contains("sends what is no event");
  }

  @Test
  void anEngineThatIsNotThereYetIsWaitedFor() throws IOException {
    engine.stop();
    CapturedEvents captured = new CapturedEvents();
    DockerSource source = source(captured, UnaryOperator.identity());
    source.start();
    await().atMost(LIMIT).until(() -> errors.size() == 1);
    assertThat(errors.get(0)).startsWith(engine.address() + " cannot be reached");
    engine.refuse(2);
    engine.listen();
    awaitWatching();
    engine.emit(START + 1, "start", "a");
    awaitEvents(captured, 1);
    assertThat(captured.brief()).containsExactly("ContainerStarted a");
    assertThat(errors).hasSize(1);
  }

  @Test
  void aRestartGoesOnWhereTheLastProcessLeftOff() throws IOException {
    Path state = directory.resolve("state");
    CapturedEvents captured = new CapturedEvents();
    DockerSource first = start(captured, builder -> builder.stateDirectory(state));
    engine.emit(START + 1, "start", "a");
    engine.emit(START + 1, "start", "b");
    awaitEvents(captured, 2);
    assertThat(first.close(LIMIT)).isTrue();
    engine.emit(START + 1, "start", "c");
    engine.emit(START + 60 * SECOND, "stop", "a");

    DockerSource second =
        start(
            captured,
            builder ->
                builder
                    .stateDirectory(state)
                    .clock(InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L))));
    awaitEvents(captured, 4);
    engine.emit(START + 61 * SECOND, "start", "a");
    awaitEvents(captured, 5);

    assertThat(captured.brief())
        .containsExactly(
            "ContainerStarted a",
            "ContainerStarted b",
            "ContainerStarted c",
            "ContainerStopped a",
            "ContainerStarted a");
    assertThat(second.counts().forcedReloads()).isZero();
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void whatWasNotSafeWhenTheProcessEndedIsRecordedByTheNext() throws IOException {
    Path state = directory.resolve("state");
    CapturedEvents stuck =
        new CapturedEvents(
            seen ->
                seen.message().contains(" b ")
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedFuture(CapturedEvents.DONE));
    DockerSource first = start(stuck, builder -> builder.stateDirectory(state));
    engine.emit(START + 1, "start", "a");
    engine.emit(START + 2, "start", "b");
    engine.emit(START + 30 * SECOND, "start", "c");
    awaitEvents(stuck, 3);
    assertThat(first.close(Duration.ofMillis(50))).isFalse();

    CapturedEvents captured = new CapturedEvents();
    DockerSource second = start(captured, builder -> builder.stateDirectory(state));
    awaitEvents(captured, 1);
    engine.emit(START + 40 * SECOND, "start", "d");
    awaitEvents(captured, 2);
    assertThat(captured.brief()).containsExactly("ContainerStarted b", "ContainerStarted d");
    assertThat(second.counts().repeated()).isEqualTo(2);
  }

  @Test
  void aStateThatCannotBeReadIsSaidAndMayMeanALoss() throws IOException {
    Path state = directory.resolve("state");
    start(new CapturedEvents(), builder -> builder.stateDirectory(state)).close(LIMIT);
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
        Files.writeString(file, "{\"version\":1,\"resume\":{\"since");
      }
    }
    CapturedEvents captured = new CapturedEvents();
    start(captured, builder -> builder.stateDirectory(state));
    awaitEvents(captured, 1);
    assertThat(captured.brief()).containsExactly("ForcedReload");
    assertThat(errors.get(0)).startsWith("What was remembered is lost");
  }

  @Test
  void twoSourcesCannotShareAState() {
    Path state = directory.resolve("state");
    start(new CapturedEvents(), builder -> builder.stateDirectory(state));
    DockerSource second = source(new CapturedEvents(), builder -> builder.stateDirectory(state));
    assertThatThrownBy(second::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("is in use");
  }

  @Test
  void whatKafkaDidNotTakeIsRecordedAgain() throws IOException {
    AtomicInteger failures = new AtomicInteger(3);
    CapturedEvents captured =
        new CapturedEvents(
            seen ->
                CompletableFuture.completedFuture(
                    failures.getAndDecrement() > 0
                        ? new RecordResult.Failed("Kafka is away")
                        : CapturedEvents.DONE));
    DockerSource source = start(captured, UnaryOperator.identity());
    engine.emit(START + 1, "start", "a");
    await().atMost(LIMIT).until(() -> source.counts().recorded() == 1);
    assertThat(captured.all()).hasSize(4);
    assertThat(source.counts().retried()).isEqualTo(3);
    assertThat(source.counts().pending()).isZero();
    assertThat(source.close(LIMIT)).isTrue();
  }

  @Test
  void whatIsRefusedIsSaidAndNotTriedAgain() throws IOException {
    CapturedEvents captured =
        new CapturedEvents(
            seen -> CompletableFuture.completedFuture(new RecordResult.Refused("unknown type")));
    DockerSource source = start(captured, UnaryOperator.identity());
    engine.emit(START + 1, "start", "a");
    await().atMost(LIMIT).until(() -> source.counts().refused() == 1);
    assertThat(errors).containsExactly("docker.ContainerStarted was refused: unknown type");
    assertThat(captured.all()).hasSize(1);
  }

  @Test
  void whenThereIsNoRoomTheEngineIsAskedAgainLater() throws IOException {
    ConcurrentLinkedQueue<CompletableFuture<RecordResult>> open = new ConcurrentLinkedQueue<>();
    CapturedEvents captured =
        new CapturedEvents(
            seen -> {
              CompletableFuture<RecordResult> result = new CompletableFuture<>();
              open.add(result);
              return result;
            });
    DockerSource source = start(captured, builder -> builder.maxPending(4));
    for (int i = 0; i < 20; i++) {
      engine.emit(START + i, "start", "n" + i);
    }
    awaitEvents(captured, 4);
    assertThat(source.counts().pending()).isEqualTo(4);
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              for (CompletableFuture<RecordResult> next = open.poll();
                  next != null;
                  next = open.poll()) {
                next.complete(CapturedEvents.DONE);
              }
              return source.counts().recorded() == 20;
            });
    assertThat(captured.brief()).doesNotHaveDuplicates().hasSize(20);
    assertThat(source.counts().forcedReloads()).isZero();
  }

  @Test
  void anyDisconnectsAndRestartsLoseAndRepeatNothing() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Path state = directory.resolve("state");
    CapturedEvents captured = new CapturedEvents();
    List<String> expected = new ArrayList<>();
    DockerSource source = start(captured, builder -> builder.stateDirectory(state));
    long now = START;
    for (int i = 0; i < 300; i++) {
      now += random.nextInt(4) == 0 ? 0 : random.nextInt(1_000_000_000);
      String name = "n" + i;
      // Times may be out of order by less than the overlap.
      engine.emit(Math.max(START, now - random.nextInt(500_000_000)), "start", name);
      expected.add("ContainerStarted " + name);
      int what = random.nextInt(40);
      if (what == 0) {
        engine.disconnect();
      } else if (what == 1) {
        assertThat(source.close(LIMIT)).as("seed %d", seed).isTrue();
        source = start(captured, builder -> builder.stateDirectory(state), false);
      } else if (what == 2) {
        engine.sendRaw("garbage\n");
      }
    }
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(captured.brief())
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(expected));
  }

  @Test
  void closeEndsAtOnceAndTwice() {
    DockerSource source = start(new CapturedEvents(), UnaryOperator.identity());
    long begun = System.nanoTime();
    assertThat(source.close(Duration.ofSeconds(30))).isTrue();
    assertThat(source.close(Duration.ofSeconds(30))).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThatThrownBy(source::start).isInstanceOf(IllegalStateException.class);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("tidings-docker"));
  }

  @Test
  void aWrongAddressIsSaidAtOnce() {
    for (String wrong : List.of("docker.sock", "http://x", "unix://", "tcp://host", "a b")) {
      assertThatThrownBy(() -> new DockerSourceBuilder(new CapturedEvents()).engine(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is no engine");
    }
  }

  private DockerSource start(CapturedEvents captured, UnaryOperator<DockerSourceBuilder> settings) {
    return start(captured, settings, true);
  }

  private DockerSource start(
      CapturedEvents captured, UnaryOperator<DockerSourceBuilder> settings, boolean awaited) {
    DockerSource source = source(captured, settings);
    source.start();
    if (awaited) {
      awaitWatching();
    }
    return source;
  }

  private DockerSource source(
      CapturedEvents captured, UnaryOperator<DockerSourceBuilder> settings) {
    DockerSourceBuilder builder =
        new DockerSourceBuilder(captured)
            .engine(engine.address())
            .clock(InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000L)))
            .backoff(new Backoff(Duration.ofMillis(2), Duration.ofMillis(20)))
            .onError((problem, cause) -> errors.add(problem));
    DockerSource source = settings.apply(builder).build();
    sources.add(source);
    return source;
  }

  private void awaitWatching() {
    await().atMost(LIMIT).until(() -> engine.watchers() == 1);
  }

  private static void awaitEvents(CapturedEvents captured, int count) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(captured.brief()).hasSizeGreaterThanOrEqualTo(count));
  }
}
