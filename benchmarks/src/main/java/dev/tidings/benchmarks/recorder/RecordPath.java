package dev.tidings.benchmarks.recorder;

import java.time.Duration;

/** One way from a caller to Kafka. {@link #call} may be called by several threads. */
interface RecordPath extends AutoCloseable {
  /** Says that the sample's event happened, as a service would. */
  void call(Sample sample);

  /** How many calls Kafka has acknowledged. */
  long acknowledged();

  /** Lets go of everything, waiting at most so long for what is under way. */
  void close(Duration timeout);

  @Override
  default void close() {
    close(Duration.ofSeconds(30));
  }
}
