package dev.tidings.cli.events;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a command leaves a checkpoint for the next one. */
final class CacheOptions {
  @Option(
      names = "--no-cache",
      description =
          "Read all of the topic, and leave nothing in $XDG_CACHE_HOME/tidings (~/.cache/tidings).")
  private boolean noCache;

  /** Where checkpoints are; null if none is wanted. */
  @Nullable Path directory() {
    return noCache ? null : CheckpointStore.cacheDirectory(System.getenv());
  }
}
