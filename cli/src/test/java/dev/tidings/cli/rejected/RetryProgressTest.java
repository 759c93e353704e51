package dev.tidings.cli.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetryProgressTest {

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  /** Passes over a growing log with gaps, next to a plain set of what was sent. */
  @ParameterizedTest
  @MethodSource("seeds")
  void everyRecordIsSentOnceOrHeldBack(long seed) {
    Random random = new Random(seed);
    List<Long> log = new ArrayList<>();
    Set<Long> sent = new HashSet<>();
    OffsetAndMetadata committed = null;
    long end = 0;
    for (int pass = 0; pass < 5; pass++) {
      for (int i = random.nextInt(30); i > 0; i--) {
        end += 1 + random.nextInt(3);
        log.add(end);
      }
      RetryProgress progress = RetryProgress.of(committed);
      long stop = random.nextInt(4) == 0 ? end / 2 : Long.MAX_VALUE;
      for (long offset : log) {
        assertThat(progress.isSent(offset)).isEqualTo(sent.contains(offset));
        assertThat(offset >= progress.start() || sent.contains(offset)).isTrue();
        if (offset < stop) {
          if (progress.isSent(offset)) {
            progress.sent(offset);
          } else if (random.nextBoolean()) {
            progress.sent(offset);
            assertThat(sent.add(offset)).as("once").isTrue();
          } else {
            progress.heldBack(offset);
          }
        }
      }
      committed = progress.toCommit();
    }
  }

  @Test
  void whatFollowsOnEachOtherIsOneRange() {
    RetryProgress progress = RetryProgress.of(null);
    for (long offset = 10; offset < 100_000; offset += 2) {
      progress.heldBack(offset);
    }
    assertThat(progress.isFull()).isFalse();
    assertThat(progress.toCommit().metadata()).hasSizeLessThan(12);
    assertThat(progress.toCommit().offset()).isEqualTo(99_999);
  }

  @Test
  void itAlwaysFitsIntoTheMetadataOfAnOffset() {
    RetryProgress progress = RetryProgress.of(null);
    long step = Long.MAX_VALUE / 2 / RetryProgress.MOST_RANGES;
    for (long offset = 0; !progress.isFull(); offset += step) {
      progress.heldBack(offset);
      progress.heldBack(offset + step - 2);
      progress.sent(offset + step - 1);
    }
    assertThat(progress.toCommit().metadata()).hasSizeLessThan(4_096);
    RetryProgress again = RetryProgress.of(progress.toCommit());
    assertThat(again.toCommit()).isEqualTo(progress.toCommit());
  }

  @Test
  void whatWasCommittedWithoutMetadataWasAllSent() {
    RetryProgress progress = RetryProgress.of(new OffsetAndMetadata(7));
    assertThat(progress.start()).isEqualTo(7);
    assertThat(progress.isSent(6)).isTrue();
    assertThat(progress.isSent(7)).isFalse();
  }
}
