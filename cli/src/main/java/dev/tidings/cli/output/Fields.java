package dev.tidings.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Names with their values, one in a line, the values below each other. For one thread. */
public final class Fields {
  private final PrintWriter out;
  private final List<Map.Entry<String, String>> fields = new ArrayList<>();

  /** To this writer. */
  public Fields(PrintWriter out) {
    this.out = out;
  }

  /** One more; names may repeat. */
  public Fields put(String name, String value) {
    fields.add(Map.entry(name, Cells.visible(value)));
    return this;
  }

  /** Writes all. */
  public void write() {
    int width = fields.stream().mapToInt(field -> Cells.width(field.getKey())).max().orElse(0);
    fields.forEach(
        field -> out.println(Cells.pad(field.getKey(), width) + "  " + field.getValue()));
  }
}
