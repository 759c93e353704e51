package dev.tidings.benchmarks.informer;

import dev.tidings.infra.process.ChildJvm;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs loaders, each in a JVM of its own, and keeps what they took. */
final class LoadRuns {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final List<String> JVM = List.of("-Xmx3g", "-XX:+UseG1GC");

  /** What one load took. */
  record Load(double seconds, double bytesPerObject) {}

  private final String servers;
  private final String small;
  private final String large;
  private final int objects;
  private final Path directory;
  private final PrintStream out;
  private final Map<String, List<Load>> loads = new HashMap<>();

  LoadRuns(
      String servers, String small, String large, int objects, Path directory, PrintStream out) {
    this.servers = servers;
    this.small = small;
    this.large = large;
    this.objects = objects;
    this.directory = directory;
    this.out = out;
  }

  void run(String loader) throws Exception {
    // Checkpoints stay from one run to the next; all else begins empty.
    Path home = directory.resolve(loader);
    Files.createDirectories(home.resolve("warm"));
    Path output = directory.resolve(loader + ".log");
    try (ChildJvm child =
        ChildJvm.of(LoadMain.class, output)
            .jvmOptions(JVM)
            .arguments(loader, servers, small, large, home.toString())
            .start()) {
      String[] words =
          child.awaitLine(line -> line.startsWith("LOADED "), LIMIT).trim().split(" ", -1);
      child.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      int loaded = Integer.parseInt(words[3]);
      // A store that only guesses its size says so by being off.
      if (loaded < objects * 0.9) {
        throw new IllegalStateException(loader + " has " + loaded + " objects, not " + objects);
      }
      Load load = new Load(Double.parseDouble(words[1]), Double.parseDouble(words[2]) / objects);
      loads.computeIfAbsent(loader, name -> new ArrayList<>()).add(load);
      out.printf(
          Locale.ROOT,
          "  %-24s %6.2f s  %5.0f bytes an object%n",
          loader,
          load.seconds(),
          load.bytesPerObject());
    }
  }

  /** The median of the runs. */
  double seconds(String loader) {
    return median(loads.getOrDefault(loader, List.of()).stream().map(Load::seconds).toList());
  }

  double bytes(String loader) {
    return median(
        loads.getOrDefault(loader, List.of()).stream().map(Load::bytesPerObject).toList());
  }

  /** The last run's time: of those that begin with a checkpoint. */
  double lastSeconds(String loader) {
    List<Load> all = loads.getOrDefault(loader, List.of());
    return all.isEmpty() ? Double.NaN : all.get(all.size() - 1).seconds();
  }

  private static double median(List<Double> figures) {
    if (figures.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = new ArrayList<>(figures);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
