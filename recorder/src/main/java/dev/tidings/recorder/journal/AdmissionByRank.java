package dev.tidings.recorder.journal;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How full the journal may be for a record of some rank to be taken. Immutable. */
final class AdmissionByRank {
  /** Ranks above the last are as the last. */
  private static final int RANKS = 5;

  /** By rank; null admits everything. */
  private final long @Nullable [] mostUsedBytes;

  private AdmissionByRank(long @Nullable [] mostUsedBytes) {
    this.mostUsedBytes = mostUsedBytes;
  }

  static AdmissionByRank of(JournalConfig config) {
    if (!(config.whenFull() instanceof WhenFull.DropBySeverity)) {
      return new AdmissionByRank(null);
    }
    long max = config.directory() == null ? config.maxMemoryBytes() : config.maxBytes();
    long[] limits = new long[RANKS];
    for (int rank = 0; rank < RANKS; rank++) {
      limits[rank] = rank == RANKS - 1 ? Long.MAX_VALUE : max - (max >> (rank + 1));
    }
    return new AdmissionByRank(limits);
  }

  boolean admits(int rank, LongSupplier usedBytes) {
    return mostUsedBytes == null
        || usedBytes.getAsLong() < mostUsedBytes[Math.min(rank, RANKS - 1)];
  }
}
