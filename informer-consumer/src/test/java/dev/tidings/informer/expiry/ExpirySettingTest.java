package dev.tidings.informer.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExpirySettingTest {
  private static final Duration AGE = Duration.ofSeconds(10);

  @Test
  void byDefaultObjectsLiveAsLongAsTheTopicKeepsTheirRecords() {
    Expiry<Instant> kept = Expiry.<Instant>likeTopic().of(AGE);
    assertThat(kept.expiresMillis(5_000, Instant.EPOCH)).isEqualTo(15_000);
    Expiry<Instant> forEver = Expiry.<Instant>likeTopic().of(null);
    assertThat(forEver.expiresMillis(5_000, Instant.EPOCH)).isEqualTo(Expiry.NEVER_MILLIS);
  }

  @Test
  void objectsCanExpireByATimeOfTheirOwn() {
    Expiry<Instant> own = Expiry.<Instant>byObjectTime(AGE, time -> time).of(Duration.ofDays(1));
    assertThat(own.expiresMillis(5_000, Instant.ofEpochSecond(7))).isEqualTo(17_000);
  }
}
