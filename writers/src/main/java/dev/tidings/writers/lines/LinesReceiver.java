package dev.tidings.writers.lines;

import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.delivery.Receiver;
import dev.tidings.writers.encoded.JsonBuffer;
import dev.tidings.writers.encoded.Spares;
import java.io.IOException;
import java.util.List;

/** Event JSON lines; a deleted event was shown before and gives no line. */
final class LinesReceiver implements Receiver {
  private final Lines lines;
  private final Spares<JsonBuffer> buffers = new Spares<>(JsonBuffer::new);

  LinesReceiver(Lines lines) {
    this.lines = lines;
  }

  @Override
  public Write prepare(List<Delivery> deliveries) {
    JsonBuffer json = buffers.take();
    for (Delivery delivery : deliveries) {
      if (delivery instanceof Delivery.Occurred occurred) {
        line(occurred, json);
      }
    }
    return rejections -> {
      lines.write(json);
      buffers.giveBack(json);
    };
  }

  private static void line(Delivery.Occurred occurred, JsonBuffer json) {
    if (occurred.occurrences() == 0) {
      json.event(occurred.event());
    } else {
      json.ascii("{\"occurrences\":");
      json.number(occurred.occurrences());
      json.ascii(",\"event\":");
      json.event(occurred.event());
      json.ascii('}');
    }
    json.ascii('\n');
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
