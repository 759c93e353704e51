package dev.tidings.infra.process;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A main class in a JVM of its own, tied to this process: when this process dies in any way, so
 * does the child (see {@link Tether}). What the child prints goes to a file.
 *
 * <pre>{@code
 * try (ChildJvm child =
 *     ChildJvm.of(Main.class, output).arguments("--fast").jvmOptions(ChildJvm.LEAN).start()) {
 *   child.awaitLine(line -> line.startsWith("ready"), Duration.ofSeconds(30));
 *   child.kill();
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class ChildJvm implements AutoCloseable {

  /** Options of a child that shares a small machine with others: quick to start, small. */
  public static final List<String> LEAN =
      List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 10;

  private final Process process;
  private final String mainClass;
  private final Path output;
  private final long outputStart;

  private ChildJvm(Process process, String mainClass, Path output, long outputStart) {
    this.process = process;
    this.mainClass = mainClass;
    this.output = output;
    this.outputStart = outputStart;
  }

  /**
   * Describes a child that runs a class of this JVM's class path.
   *
   * @param mainClass the class
   * @param output the file that its standard output and error are appended to
   * @return a description to complete and start
   */
  public static Launch of(Class<?> mainClass, Path output) {
    return of(mainClass.getName(), output);
  }

  /**
   * Describes a child that runs any class.
   *
   * @param mainClass the fully qualified name of the class
   * @param output the file that its standard output and error are appended to
   * @return a description to complete and start
   */
  public static Launch of(String mainClass, Path output) {
    return new Launch(mainClass, output);
  }

  /** What to start. Not safe for use by several threads. */
  public static final class Launch {

    private final String mainClass;
    private final Path output;
    private final List<String> arguments = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private List<Path> classPath = ownClassPath();
    private Path directory = Path.of("").toAbsolutePath();

    private Launch(String mainClass, Path output) {
      this.mainClass = mainClass;
      this.output = output.toAbsolutePath();
    }

    /** Adds arguments of the main class. */
    public Launch arguments(String... more) {
      arguments.addAll(List.of(more));
      return this;
    }

    /** Adds options of the JVM, for example {@link ChildJvm#LEAN}. */
    public Launch jvmOptions(List<String> more) {
      jvmOptions.addAll(more);
      return this;
    }

    /** Adds variables to the environment, which is this JVM's own. */
    public Launch environment(Map<String, String> more) {
      environment.putAll(more);
      return this;
    }

    /** Replaces the class path, which is this JVM's own unless set. */
    public Launch classPath(Path... entries) {
      classPath = List.of(entries);
      return this;
    }

    /** Sets the working directory, which is this JVM's own unless set. */
    public Launch directory(Path newDirectory) {
      directory = newDirectory;
      return this;
    }

    /**
     * Starts the child and returns without waiting for it to be ready.
     *
     * @return the child
     * @throws StartException when it cannot be started
     */
    public ChildJvm start() {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(quietOptions());
      command.addAll(inheritedProperties());
      command.addAll(jvmOptions);
      command.add("-cp");
      command.add(
          Stream.concat(classPath.stream(), Stream.of(tetherLocation()))
              .map(entry -> entry.toAbsolutePath().toString())
              .collect(Collectors.joining(File.pathSeparator)));
      command.add(Tether.class.getName());
      command.add(mainClass);
      command.addAll(arguments);
      try {
        Path parent = output.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        long outputStart = Files.exists(output) ? Files.size(output) : 0;
        // The input stays a pipe that only this process holds: see Tether.
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new ChildJvm(process, mainClass, output, outputStart);
      } catch (IOException e) {
        throw new StartException(
            "Cannot start a JVM for %s: %s.".formatted(mainClass, StartException.reason(e)), e);
      }
    }
  }

  // Newer JVMs print warnings about what Kafka's and the registry's libraries do.
  private static List<String> quietOptions() {
    return Runtime.version().feature() < 24
        ? List.of()
        : List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");
  }

  // A child logs as its parent does, and finds the registry where its parent does.
  private static List<String> inheritedProperties() {
    Properties properties = System.getProperties();
    return properties.stringPropertyNames().stream()
        .filter(name -> name.startsWith("tidings.") || name.equals("logback.configurationFile"))
        .sorted()
        .map(name -> "-D" + name + "=" + properties.getProperty(name))
        .toList();
  }

  private static List<Path> ownClassPath() {
    return Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  // Last on the class path, so that it shadows nothing of the program that is run.
  private static Path tetherLocation() {
    try {
      return Path.of(Tether.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new StartException("Cannot find the program's own classes.", e);
    }
  }

  /** The operating system's id of the child. */
  public long pid() {
    return process.pid();
  }

  /** The file that the child prints to. */
  public Path output() {
    return output;
  }

  /** Whether the child still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The exit code, or empty while it runs; 128 + n when it was killed by signal n. */
  public OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Completes with the exit code when the child ends, for whatever reason. */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /**
   * Waits until the child has printed a certain line, now or earlier since it was started.
   *
   * @param wanted says whether a line is the one
   * @param limit how long to wait
   * @return the first such line
   * @throws StartException when the child ends before, or the time is over
   * @throws InterruptedException when interrupted
   */
  public String awaitLine(Predicate<String> wanted, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    try (LogFollower log = new LogFollower(output, outputStart)) {
      while (true) {
        // Asked before the file is read, so that the last words of a dying child are not missed.
        boolean ended = !process.isAlive();
        Optional<String> line = log.next(wanted);
        if (line.isPresent()) {
          return line.get();
        }
        checkWaiting(ended, deadline, limit, log.lastLine());
      }
    } catch (IOException e) {
      throw new StartException(
          "Cannot read %s: %s.".formatted(output, StartException.reason(e)), e);
    }
  }

  /**
   * Waits until a file exists.
   *
   * @param file what the child creates when it is ready
   * @param limit how long to wait
   * @throws StartException when the child ends before, or the time is over
   * @throws InterruptedException when interrupted
   */
  public void awaitFile(Path file, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean ended = !process.isAlive();
      if (Files.exists(file)) {
        return;
      }
      checkWaiting(ended, deadline, limit, "");
    }
  }

  private void checkWaiting(boolean ended, long deadline, Duration limit, String lastLine)
      throws InterruptedException {
    String said = lastLine.isEmpty() ? "" : ", after \"" + lastLine.strip() + "\"";
    if (ended) {
      throw new StartException(
          "%s ended with exit code %d before it was ready%s; see %s."
              .formatted(mainClass, process.exitValue(), said, output));
    }
    if (System.nanoTime() > deadline) {
      throw new StartException(
          "%s was not ready within %d s%s; see %s."
              .formatted(mainClass, limit.toSeconds(), said, output));
    }
    // Returns at once when the child ends.
    process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Kills the child with SIGKILL and waits until it is gone. Nothing happens if it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(GRACE);
  }

  /**
   * Asks the child to stop with SIGTERM, and kills it when it has not stopped in time.
   *
   * @param grace how long it may take
   * @return the exit code
   */
  public int stop(Duration grace) {
    // Not Process.destroy(): that closes the child's input too, and the child would halt at once.
    process.toHandle().destroy();
    if (!awaitEnd(grace)) {
      kill();
    }
    return process.exitValue();
  }

  /** As {@link #stop} with a grace of ten seconds. */
  @Override
  public void close() {
    stop(GRACE);
  }

  // Not cut short by an interrupt: the wait is bounded, and callers rely on the child being gone.
  private boolean awaitEnd(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
