package dev.tidings.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SpeedTest {
  private final Speed.Converter converter = new Speed.Converter();

  @ParameterizedTest
  @CsvSource({"1x,1", "2.5×,2.5", "10,10", "0.5x,0.5"})
  void factors(String text, double factor) {
    assertThat(converter.convert(text).factor()).isEqualTo(factor);
  }

  @Test
  void asFastAsPossible() {
    assertThat(converter.convert("max").factor()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0x", "-1x", "fast", "1e300", "1xx"})
  void othersAreNone(String text) {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> converter.convert(text))
        .withMessageContaining("write max, 1x");
  }
}
