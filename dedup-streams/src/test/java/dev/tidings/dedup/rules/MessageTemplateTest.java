package dev.tidings.dedup.rules;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTemplateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
      sda does not answer                          | sda does not answer
      failed after 3.5 s, 12 tries                 | failed after # s, # tries
      disk sda1 at 0x7fff8a                        | disk sda# at #
      job 6fa459ea-ee8a-3ca4-894e-db77e160355e done | job # done
      refused 10.0.0.7:443                         | refused #
      from fe80::1ff:fe23:4567:890a.               | from #.
      link 00:1b:44:11:3a:b7 up                    | link # up
      user 'alice' and "bob" and `carol`           | user # and # and #
      it doesn't work                              | it doesn't work
      an open ' quote                              | an open ' quote
      commit 3f2a9c1b4d failed                     | commit # failed
      pod web-7d4b9c6f5-x2x9k died                 | pod web-#-x#x#k died
      at 2026-01-31T12:00:00Z                      | at #-#-#T#:#:#Z
      a face of 2 cafes                            | a face of # cafes
      größe 5 μm                                   | größe # μm
      ''                                           | #
      12                                           | #
      """)
  void masksWhatChanges(String message, String template) {
    assertThat(MessageTemplate.of(message)).isEqualTo(template);
  }

  @Property
  void numbersAndIdsMakeNoDifference(
      @ForAll long a,
      @ForAll long b,
      @ForAll @IntRange(min = 0) int n,
      @ForAll @IntRange(min = 0) int m) {
    assertThat(message(a, n)).isEqualTo(message(b, m));
  }

  private static String message(long some, int number) {
    return MessageTemplate.of(
        "request %s of host%d from %d.%d.%d.%d took %d ms: '%x'"
            .formatted(
                new java.util.UUID(some & ~0xf000L | 0x4000L, some | 1L << 63),
                number,
                number & 255,
                some & 255,
                some >> 8 & 255,
                1,
                number,
                some));
  }

  @Property
  void aTemplateIsNeverLonger(@ForAll String message) {
    String template = MessageTemplate.of(message);

    assertThat(template.length()).isLessThanOrEqualTo(message.length());
    assertThat(MessageTemplate.of(template).length()).isLessThanOrEqualTo(template.length());
  }

  /**
   * Eight times as long must not take more than some thirty times as long: it took 64 if square.
   */
  @Property(tries = 20)
  void takesTimeInProportion(@ForAll @LongRange(min = 0, max = 7) long kind) {
    String piece = new String[] {"'", "0x", "a1-", "\"'`", "::", "f", "9", "'x "}[(int) kind];
    MessageTemplate.of(piece.repeat(100_000));
    long small = bestNanos(piece.repeat(50_000));
    long large = bestNanos(piece.repeat(400_000));

    assertThat(large).isLessThan(Math.max(small, 1_000_000) * 30);
  }

  private static long bestNanos(String message) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      MessageTemplate.of(message);
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
