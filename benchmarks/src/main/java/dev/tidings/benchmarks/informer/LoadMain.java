package dev.tidings.benchmarks.informer;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Loads a topic in one of the ways, in a JVM of its own: first a small one, to warm up, then the
 * large one. Prints {@code LOADED seconds bytes-on-heap objects}.
 */
public final class LoadMain {
  private LoadMain() {}

  /** See the class: loader, servers, small topic, large topic, directory. */
  public static void main(String[] args) throws Exception {
    Loaders.Loader loader = Loaders.named(args[0]);
    Path directory = Path.of(args[4]);
    Loaders.Loaded warm = loader.load(args[1], args[2], directory.resolve("warm"));
    warm.close();
    long before = usedHeap();
    long beganNanos = System.nanoTime();
    try (Loaders.Loaded loaded = loader.load(args[1], args[3], directory)) {
      double seconds = (System.nanoTime() - beganNanos) / 1e9;
      long bytes = usedHeap() - before;
      System.out.printf(Locale.ROOT, "LOADED %.3f %d %d%n", seconds, bytes, loaded.size());
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
