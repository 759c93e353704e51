package dev.tidings.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.cli.record.LineReader.Bad;
import dev.tidings.cli.record.LineReader.Line;
import dev.tidings.cli.record.LineReader.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static final int LIMIT = 1 << 20;

  @Property
  void linesComeAsTheyAre(@ForAll List<@NotBlank String> texts) throws IOException {
    List<String> lines =
        texts.stream().map(text -> text.replaceAll("[\\r\\n\\uFEFF\\p{Cs}]", "_")).toList();

    assertThat(read(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)))
        .containsExactlyElementsOf(lines.stream().map(Text::new).toList());
  }

  @Test
  void endsOfAllKindsAreTakenOff() throws IOException {
    assertThat(read("a\r\n\n\uFEFFb\nlast".getBytes(StandardCharsets.UTF_8)))
        .containsExactly(new Text("a"), new Text(""), new Text("b"), new Text("last"));
    assertThat(read(new byte[0])).isEmpty();
  }

  @Test
  void whatIsNoUtf8OrTooLongIsPassedOverAndTheRestIsRead() throws IOException {
    byte[] tooLong = new byte[3 * LIMIT];
    Arrays.fill(tooLong, (byte) 'x');
    byte[] input = new byte[tooLong.length + 6];
    System.arraycopy(tooLong, 0, input, 0, tooLong.length);
    System.arraycopy(
        new byte[] {'\n', (byte) 0xff, '\n', 'o', 'k', '\n'}, 0, input, tooLong.length, 6);

    assertThat(read(input))
        .containsExactly(
            new Bad("line is longer than 1 MiB"), new Bad("not UTF-8"), new Text("ok"));
  }

  private static List<Line> read(byte[] input) throws IOException {
    LineReader reader = new LineReader(new ByteArrayInputStream(input), LIMIT);
    List<Line> lines = new ArrayList<>();
    for (Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    assertThat(reader.bytesRead()).isEqualTo(input.length);
    return lines;
  }
}
