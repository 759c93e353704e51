package dev.tidings.benchmarks.informer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** What the topics of these measurements hold: about 300 bytes encoded. */
record Item(long number, String node, String kind, String name, String message) {
  private static final int MESSAGE_LENGTH = 240;

  static final Serializer<Item> SERIALIZER = (topic, item) -> item.encode();
  static final Deserializer<Item> DESERIALIZER = (topic, bytes) -> decode(bytes);

  static String key(long number) {
    return "item-%010d".formatted(number);
  }

  static Item of(long key, long number) {
    SplittableRandom random = new SplittableRandom(number);
    StringBuilder message = new StringBuilder(MESSAGE_LENGTH);
    while (message.length() < MESSAGE_LENGTH) {
      message.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36)).append(' ');
    }
    return new Item(
        number,
        "node-" + key % 1_000,
        "Container",
        "prod/web-" + key,
        message.substring(0, MESSAGE_LENGTH));
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(512);
    out.putLong(number);
    for (String text : new String[] {node, kind, name, message}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.putShort((short) bytes.length).put(bytes);
    }
    byte[] encoded = new byte[out.position()];
    out.flip().get(encoded);
    return encoded;
  }

  static Item decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Item(in.getLong(), text(in), text(in), text(in), text(in));
  }

  private static String text(ByteBuffer in) {
    int length = in.getShort();
    String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }
}
