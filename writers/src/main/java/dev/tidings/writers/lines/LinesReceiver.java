package dev.tidings.writers.lines;

import dev.tidings.event.json.EventJson;
import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.delivery.Receiver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Event JSON lines; a deleted event was shown before and gives no line. */
final class LinesReceiver implements Receiver {
  private final Lines lines;

  LinesReceiver(Lines lines) {
    this.lines = lines;
  }

  @Override
  public void write(List<Delivery> deliveries, Rejections rejections) throws IOException {
    List<String> texts = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      if (delivery instanceof Delivery.Occurred occurred) {
        texts.add(line(occurred));
      }
    }
    lines.write(texts);
  }

  private static String line(Delivery.Occurred occurred) {
    String event = EventJson.format(occurred.event());
    return occurred.occurrences() == 0
        ? event
        : "{\"occurrences\":%d,\"event\":%s}".formatted(occurred.occurrences(), event);
  }

  @Override
  public void confirm() throws IOException {
    lines.force();
  }

  @Override
  public void close() {
    lines.close();
  }
}
