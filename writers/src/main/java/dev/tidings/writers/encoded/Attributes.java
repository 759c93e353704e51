package dev.tidings.writers.encoded;

import java.util.Arrays;
import java.util.function.BiConsumer;

/** The attributes of an event, ordered by the bytes of their names, each name once. Immutable. */
public final class Attributes {
  private static final Attributes NONE = new Attributes(new Text[0], 0);

  /** Names and values in turn. */
  private final Text[] texts;

  private final int length;

  private Attributes(Text[] texts, int length) {
    this.texts = texts;
    this.length = length;
  }

  static Attributes read(AvroCursor cursor) {
    int block = cursor.block();
    if (block == 0) {
      return NONE;
    }
    Text[] texts = new Text[0];
    int length = 0;
    for (; block > 0; block = cursor.block()) {
      texts = Arrays.copyOf(texts, length + 2 * block);
      for (int i = 0; i < block; i++) {
        length = insert(texts, length, cursor.text(), cursor.text());
      }
    }
    return new Attributes(texts, length);
  }

  /** They are few, and most often in order. A name that comes again replaces the first. */
  private static int insert(Text[] texts, int length, Text name, Text value) {
    int at = length;
    while (at > 0 && compare(texts[at - 2], name) > 0) {
      at -= 2;
    }
    if (at > 0 && compare(texts[at - 2], name) == 0) {
      texts[at - 1] = value;
      return length;
    }
    System.arraycopy(texts, at, texts, at + 2, length - at);
    texts[at] = name;
    texts[at + 1] = value;
    return length + 2;
  }

  private static int compare(Text one, Text other) {
    return Arrays.compareUnsigned(
        one.bytes(),
        one.start(),
        one.start() + one.length(),
        other.bytes(),
        other.start(),
        other.start() + other.length());
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /** Gives each name with its value. */
  public void forEach(BiConsumer<Text, Text> action) {
    for (int i = 0; i < length; i += 2) {
      action.accept(texts[i], texts[i + 1]);
    }
  }

  /** The value of a name, empty if there is none. */
  public Text get(Text name) {
    for (int i = 0; i < length; i += 2) {
      if (compare(texts[i], name) == 0) {
        return texts[i + 1];
      }
    }
    return Text.EMPTY;
  }
}
