package dev.tidings.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.identity.SeriesKey;
import java.util.HexFormat;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Positive;
import org.junit.jupiter.api.Test;

/** Protocol: "Headers on .recorded", byte for byte. */
class HeadersTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void seriesHeaderHasTheDrawnLayout() {
    SeriesHeader header = new SeriesHeader(new SeriesKey(1, 2), 3, 4, 5);

    assertThat(HEX.formatHex(header.toBytes()))
        .isEqualTo(
            "0000000000000001"
                + "0000000000000002"
                + "0000000000000003"
                + "0000000000000004"
                + "00000005");
  }

  @Test
  void originHeaderHasTheDrawnLayout() {
    OriginHeader header = new OriginHeader(new UUID(1, 2), 3);

    assertThat(HEX.formatHex(header.toBytes()))
        .isEqualTo("0000000000000001" + "0000000000000002" + "0000000000000003");
  }

  @Property
  void seriesHeaderComesBack(
      @ForAll long high,
      @ForAll long low,
      @ForAll @LongRange(min = -9_000_000_000_000_000L, max = 9_000_000_000_000_000L) long first,
      @ForAll @LongRange(min = 0, max = 9_000_000_000_000_000L) long length,
      @ForAll @Positive int occurrences) {
    SeriesHeader header =
        new SeriesHeader(new SeriesKey(high, low), first, first + length, occurrences);

    assertThat(SeriesHeader.parse(header.toBytes())).isEqualTo(header);
  }

  @Property
  void originHeaderComesBack(@ForAll long high, @ForAll long low, @ForAll long position) {
    OriginHeader header = new OriginHeader(new UUID(high, low), position);

    assertThat(OriginHeader.parse(header.toBytes())).isEqualTo(header);
  }

  @Test
  void malformedHeadersAreRefusedWithTheirName() {
    assertThatThrownBy(() -> SeriesHeader.parse(new byte[35]))
        .isInstanceOf(MalformedValueException.class)
        .hasMessage("header tidings-series has 35 bytes, not 36");
    assertThatThrownBy(() -> SeriesHeader.parse(new byte[36]))
        .hasMessageContaining("inconsistent: 0 occurrences");
    assertThatThrownBy(
            () -> SeriesHeader.parse(new SeriesHeader(new SeriesKey(1, 2), 2, 1, 1).toBytes()))
        .hasMessageContaining("inconsistent");
    assertThatThrownBy(() -> OriginHeader.parse(new byte[0]))
        .hasMessage("header tidings-origin has 0 bytes, not 24");
  }
}
