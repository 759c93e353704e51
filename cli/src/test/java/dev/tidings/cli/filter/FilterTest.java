package dev.tidings.cli.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.ObjectReference;
import dev.tidings.event.match.Glob;
import java.time.Duration;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class FilterTest {
  @Property
  void aGlobAgreesWithTheRegularExpressionItStandsFor(
      @ForAll @StringLength(max = 8) @CharRange(from = 'a', to = 'c') @Chars({'*', '?'})
          String glob,
      @ForAll @StringLength(max = 10) @CharRange(from = 'a', to = 'c') String text) {
    String regex = glob.replace("*", ".*").replace("?", ".");

    assertThat(new Glob(glob).matches(text)).isEqualTo(Pattern.matches(regex, text));
  }

  @Test
  void aGlobTakesOtherCharactersAsTheyAre() {
    assertThat(new Glob("a.b[c]").matches("a.b[c]")).isTrue();
    assertThat(new Glob("a.b").matches("axb")).isFalse();
    assertThat(new Glob("*".repeat(1_000) + "b").matches("a".repeat(10_000))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"90s,90", "10m,600", "1h30m,5400", "7d,604800", "2W,1209600", "PT1M,60", "0s,0"})
  void durationsAreReadAsPeopleWriteThem(String text, long seconds) {
    assertThat(new Durations().convert(text)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "m", "10 m", "-5m", "PT-1M", "1y"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> new Durations().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }

  @Test
  void objectsAreMatchedPartByPart() {
    ObjectReference disk = new ObjectReference("Disk", "node-1", "sda/1", "");
    ObjectPattern.Converter converter = new ObjectPattern.Converter();

    assertThat(converter.convert("Disk/node-1/sda/1").matches(disk)).isTrue();
    assertThat(converter.convert("Disk").matches(disk)).isTrue();
    assertThat(converter.convert("D*/node-?/s*").matches(disk)).isTrue();
    assertThat(converter.convert("Disk/node-2").matches(disk)).isFalse();
    assertThat(converter.convert("*").matches(null)).isFalse();
    assertThatThrownBy(() -> converter.convert("/x")).isInstanceOf(TypeConversionException.class);
  }
}
