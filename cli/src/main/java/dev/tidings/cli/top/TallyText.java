package dev.tidings.cli.top;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.Format;
import dev.tidings.cli.output.Listing;
import dev.tidings.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How what was counted is written.
 *
 * @param dimensions in this order
 * @param most names of each
 * @param withEvents whether it was counted how many events are new
 */
record TallyText(Collection<Dimension> dimensions, int most, boolean withEvents) {

  void writeTables(Tally tally, Terminal terminal, PrintWriter out) {
    long all = Math.max(1, tally.total().occurrences());
    for (Dimension dimension : dimensions) {
      out.println();
      List<Tally.Count> counts = tally.counts(dimension);
      List<Tally.Count> shown = counts.subList(0, Math.min(most, counts.size()));
      new Listing<Tally.Count>(columns(dimension, all, terminal), (count, json) -> write(count, json))
          .write(terminal, out, Format.table, shown);
      if (counts.size() > shown.size()) {
        out.printf("and %,d more%n", counts.size() - shown.size());
      }
    }
  }

  private List<Column<Tally.Count>> columns(
      Dimension dimension, long all, Terminal terminal) {
    List<Column<Tally.Count>> columns = new ArrayList<>();
    columns.add(
        dimension == Dimension.severity
            ? Column.severity(Tally.Count::name)
            : new Column<>(dimension.name().toUpperCase(Locale.ROOT), Tally.Count::name));
    columns.add(new Column<>("COUNT", count -> "%,d".formatted(count.occurrences())));
    if (withEvents) {
      columns.add(new Column<>("NEW", count -> "%,d".formatted(count.events())));
    }
    columns.add(
        new Column<>("SHARE", count -> "%.1f%%".formatted(100.0 * count.occurrences() / all)));
    columns.add(new Column<>("TREND", count -> Sparkline.of(count.bySpan(), terminal)));
    return columns;
  }

  void write(Tally tally, Instant from, Instant to, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("from", from.toString());
    json.writeStringField("to", to.toString());
    json.writeNumberField("occurrences", tally.total().occurrences());
    writeRest(tally.total(), json);
    for (Dimension dimension : dimensions) {
      json.writeArrayFieldStart(dimension.name());
      List<Tally.Count> counts = tally.counts(dimension);
      for (Tally.Count count : counts.subList(0, Math.min(most, counts.size()))) {
        write(count, json);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void write(Tally.Count count, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", count.name());
    json.writeNumberField("occurrences", count.occurrences());
    writeRest(count, json);
    json.writeEndObject();
  }

  private void writeRest(Tally.Count count, JsonGenerator json) throws IOException {
    if (withEvents) {
      json.writeNumberField("newEvents", count.events());
    }
    json.writeArrayFieldStart("trend");
    for (long value : count.bySpan()) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }
}
