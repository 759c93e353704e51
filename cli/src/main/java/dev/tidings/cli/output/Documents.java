package dev.tidings.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes documents for programs: with {@code json} and {@code yaml} all as one array, which {@link
 * #close} ends; with {@code jsonl} one in a line. For one thread.
 */
public final class Documents implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  /** Something that can be written as one JSON value. */
  @FunctionalInterface
  public interface Document {
    void write(JsonGenerator json) throws IOException;
  }

  private final PrintWriter out;
  private final Format format;
  // Of the array; null with lines, which are each by itself.
  private final @Nullable JsonGenerator array;

  /** To this writer, which stays the caller's to flush. */
  public Documents(PrintWriter out, Format format) {
    this.out = out;
    this.format = format;
    array = format == Format.jsonl ? null : openArray(out, format);
  }

  private static JsonGenerator openArray(PrintWriter out, Format format) {
    try {
      JsonGenerator array = (format == Format.yaml ? yaml(false) : JSON).createGenerator(out);
      array.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      if (format != Format.yaml) {
        array.setPrettyPrinter(new DefaultPrettyPrinter());
      }
      array.writeStartArray();
      return array;
    } catch (IOException e) {
      throw new UncheckedIOException("The output cannot be written", e);
    }
  }

  private static YAMLFactory yaml(boolean marked) {
    return YAMLFactory.builder()
        .configure(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, marked)
        .build();
  }

  /** One more. */
  public void write(Document document) {
    try {
      if (array != null) {
        document.write(array);
      } else {
        out.println(line(document));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The output cannot be written", e);
    }
  }

  /** Writes a single one, not in an array, and flushes. */
  public static void writeOne(PrintWriter out, Format format, Document document) {
    if (format == Format.json) {
      out.println(text(document, JSON, true));
    } else if (format == Format.yaml) {
      out.print(text(document, yaml(false), false));
      out.println();
    } else {
      out.println(line(document));
    }
    out.flush();
  }

  /** One as a line of JSON, without its end. */
  public static String line(Document document) {
    return text(document, JSON, false);
  }

  /** One for a stream of them: a line of JSON, or a YAML document. */
  public static String inStream(Document document, Format format) {
    return format == Format.yaml ? text(document, yaml(true), false) + "\n" : line(document);
  }

  private static String text(Document document, JsonFactory factory, boolean pretty) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator json = factory.createGenerator(text)) {
      if (pretty) {
        json.setPrettyPrinter(new DefaultPrettyPrinter());
      }
      document.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot be written to", e);
    }
    return text.toString();
  }

  @Override
  public void close() {
    if (array == null) {
      return;
    }
    try {
      array.writeEndArray();
      array.close();
    } catch (IOException e) {
      throw new UncheckedIOException("The output cannot be written", e);
    }
    if (format == Format.json) {
      out.println();
    }
  }
}
