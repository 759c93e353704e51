package dev.tidings.recorder;

import dev.tidings.event.ObjectReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The buckets of a {@link SpamFilter}. Thread-safe. */
final class TokenBuckets {
  /**
   * What was withheld since the last report.
   *
   * @param object that the events were about; null for those about their source alone
   * @param events how many
   */
  record Withheld(@Nullable ObjectReference object, long events) {}

  private static final class Bucket {
    private final @Nullable ObjectReference object;
    private double tokens;
    private long filledNanos;
    private long withheld;

    Bucket(@Nullable ObjectReference object, double tokens, long nowNanos) {
      this.object = object;
      this.tokens = tokens;
      this.filledNanos = nowNanos;
    }
  }

  private final SpamFilter settings;
  private final LongSupplier nanoTime;

  /** What forgotten buckets had withheld. */
  private final List<Withheld> forgotten = new ArrayList<>();

  /** The one used last is the last one. */
  private final Map<String, Bucket> buckets;

  private long reportedNanos;

  TokenBuckets(SpamFilter settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.reportedNanos = nanoTime.getAsLong();
    this.buckets = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** Whether one more event may come; counted as withheld if not. */
  synchronized boolean take(@Nullable ObjectReference object) {
    long now = nanoTime.getAsLong();
    String key =
        object == null
            ? ""
            : object.getKind() + "/" + object.getNamespace() + "/" + object.getName();
    Bucket bucket = buckets.get(key);
    if (bucket == null) {
      makeRoom();
      bucket = new Bucket(object, settings.burst(), now);
      buckets.put(key, bucket);
    }
    double refilled = (double) (now - bucket.filledNanos) / settings.refill().toNanos();
    bucket.tokens = Math.min(settings.burst(), bucket.tokens + refilled);
    bucket.filledNanos = now;
    if (bucket.tokens >= 1) {
      bucket.tokens--;
      return true;
    }
    bucket.withheld++;
    return false;
  }

  private void makeRoom() {
    if (buckets.size() >= settings.objects()) {
      Map.Entry<String, Bucket> eldest = buckets.entrySet().iterator().next();
      Bucket gone = eldest.getValue();
      if (gone.withheld > 0 && forgotten.size() < settings.objects()) {
        forgotten.add(new Withheld(gone.object, gone.withheld));
      }
      buckets.remove(eldest.getKey());
    }
  }

  /** What is to be reported now; empty most of the time. It is not returned again. */
  synchronized List<Withheld> due() {
    long now = nanoTime.getAsLong();
    if (now - reportedNanos < settings.reportEvery().toNanos()) {
      return List.of();
    }
    return drain(now);
  }

  /** What was not reported yet. */
  synchronized List<Withheld> rest() {
    return drain(nanoTime.getAsLong());
  }

  private List<Withheld> drain(long now) {
    reportedNanos = now;
    List<Withheld> report = new ArrayList<>(forgotten);
    forgotten.clear();
    for (Bucket bucket : buckets.values()) {
      if (bucket.withheld > 0) {
        report.add(new Withheld(bucket.object, bucket.withheld));
        bucket.withheld = 0;
      }
    }
    return report;
  }
}
