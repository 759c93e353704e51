package dev.tidings.dedup.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.dedup.rules.DedupRules.Late;
import dev.tidings.dedup.rules.DedupRules.Open;
import dev.tidings.dedup.rules.DedupRules.Repeat;
import dev.tidings.event.identity.SeriesKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Protocol: "De-duplication", rule by rule. D is one second, the grace ten. */
class DedupRulesTest {
  private static final long D = 1_000_000;
  private static final long F = 1_000_000_000_000_000L;
  private static final long ARRIVAL = 5_000;
  private static final UUID ID = new UUID(1, 2);

  private final DedupRules rules = new DedupRules(Duration.ofSeconds(10));
  private final SeriesWindow window = SeriesWindow.open(ID, at(F, ARRIVAL), Duration.ofSeconds(1));

  @Test
  void rule1NoOpenWindowOpensOne() {
    assertThat(rules.decide(at(F, ARRIVAL), null)).isEqualTo(new Open());
    assertThat(window).isEqualTo(new SeriesWindow(ID, F, F, F, 1, ARRIVAL, 1_000));
  }

  @Test
  void rule2WithinTheIntervalItIsCounted() {
    Occurrence several = new Occurrence(series(), F + 10, F + 2 * D, 7, ARRIVAL + 1);

    assertThat(rules.decide(several, window))
        .isEqualTo(new Repeat(new SeriesWindow(ID, F, F, F + 2 * D, 8, ARRIVAL + 1, 1_000)));
    assertThat(rules.decide(at(F + D - 1, ARRIVAL), window)).isInstanceOf(Repeat.class);
  }

  @Test
  void rule2LastDoesNotGoBack() {
    SeriesWindow later = new SeriesWindow(ID, F, F, F + 500, 3, ARRIVAL, 1_000);

    assertThat(rules.decide(at(F + 100, ARRIVAL), later))
        .isEqualTo(new Repeat(new SeriesWindow(ID, F, F, F + 500, 4, ARRIVAL, 1_000)));
  }

  @Test
  void rule3AtTheIntervalANewWindowOpens() {
    assertThat(rules.decide(at(F + D, ARRIVAL), window)).isEqualTo(new Open());
  }

  @Test
  void rule4SlightlyBeforeIsCountedAndTheWindowDoesNotMove() {
    assertThat(rules.decide(at(F - D + 1, ARRIVAL), window))
        .isEqualTo(new Repeat(new SeriesWindow(ID, F, F - D + 1, F, 2, ARRIVAL, 1_000)));
  }

  @Test
  void rule5LongBeforeIsAnEventOfItsOwn() {
    assertThat(rules.decide(at(F - D, ARRIVAL), window)).isEqualTo(new Late());
  }

  @Test
  void rule8AWindowIsForgottenByAppendTimeAndNotSooner() {
    assertThat(rules.forgottenAtMillis(window)).isEqualTo(ARRIVAL + 11_000);
    assertThat(rules.decide(at(F, ARRIVAL + 10_999), window)).isInstanceOf(Repeat.class);
    assertThat(rules.decide(at(F, ARRIVAL + 11_000), window)).isEqualTo(new Open());
  }

  @Test
  void aWindowIsStoredAsDrawn() {
    SeriesWindow any = new SeriesWindow(new UUID(1, 2), 3, 4, 5, 6, 7, 8);

    ByteBuffer bytes = ByteBuffer.allocate(SeriesWindow.LENGTH);
    any.writeTo(bytes);
    assertThat(HexFormat.of().formatHex(bytes.array()))
        .isEqualTo(
            "00000000000000010000000000000002"
                + "0000000000000003"
                + "0000000000000004"
                + "0000000000000005"
                + "0000000000000006"
                + "0000000000000007"
                + "0000000000000008");
    assertThat(SeriesWindow.readFrom(bytes.flip())).isEqualTo(any);
  }

  private static Occurrence at(long micros, long arrivalMillis) {
    return new Occurrence(series(), micros, micros, 1, arrivalMillis);
  }

  private static SeriesKey series() {
    return new SeriesKey(8, 9);
  }
}
