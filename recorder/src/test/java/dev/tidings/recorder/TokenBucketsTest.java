package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.ObjectReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
  private static final ObjectReference ORDERS =
      new ObjectReference("Cluster", "prod", "orders", "");
  private static final ObjectReference USERS = new ObjectReference("Cluster", "prod", "users", "");

  private long nanos = 5;

  @Test
  void twentyFiveAtOnceThenOneEveryFiveMinutes() {
    TokenBuckets buckets = new TokenBuckets(SpamFilter.defaults(), () -> nanos);
    assertThat(takes(buckets, ORDERS, 100)).isEqualTo(25);
    assertThat(takes(buckets, USERS, 1)).as("another object").isEqualTo(1);
    assertThat(takes(buckets, null, 30)).as("the source itself").isEqualTo(25);
    later(Duration.ofMinutes(5).minusNanos(1));
    assertThat(takes(buckets, ORDERS, 10)).isZero();
    later(Duration.ofNanos(10));
    assertThat(takes(buckets, ORDERS, 10)).isEqualTo(1);
    later(Duration.ofDays(365));
    assertThat(takes(buckets, ORDERS, 100)).isEqualTo(25);
  }

  @Test
  void whatWasWithheldIsReportedOnceInAWhileAndNeverTwice() {
    TokenBuckets buckets =
        new TokenBuckets(SpamFilter.defaults().withReportEvery(Duration.ofMinutes(1)), () -> nanos);
    takes(buckets, ORDERS, 30);
    assertThat(buckets.due()).isEmpty();
    later(Duration.ofMinutes(1));
    assertThat(buckets.due()).isEqualTo(List.of(new TokenBuckets.Withheld(ORDERS, 5)));
    later(Duration.ofMinutes(1));
    assertThat(buckets.due()).isEmpty();
    takes(buckets, ORDERS, 3);
    assertThat(buckets.rest()).isEqualTo(List.of(new TokenBuckets.Withheld(ORDERS, 3)));
    assertThat(buckets.rest()).isEmpty();
  }

  @Test
  void theObjectThatWasQuietLongestIsForgottenButNotWhatItHadWithheld() {
    TokenBuckets buckets =
        new TokenBuckets(
            new SpamFilter(1, Duration.ofHours(1), 1, Duration.ofMinutes(1)), () -> nanos);
    assertThat(takes(buckets, ORDERS, 3)).isEqualTo(1);
    assertThat(takes(buckets, USERS, 2)).isEqualTo(1);
    assertThat(buckets.rest())
        .containsExactly(new TokenBuckets.Withheld(ORDERS, 2), new TokenBuckets.Withheld(USERS, 1));
  }

  private void later(Duration time) {
    nanos += time.toNanos();
  }

  private static int takes(TokenBuckets buckets, ObjectReference object, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += buckets.take(object) ? 1 : 0;
    }
    return taken;
  }
}
