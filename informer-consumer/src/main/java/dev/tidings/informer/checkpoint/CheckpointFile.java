package dev.tidings.informer.checkpoint;

import dev.tidings.informer.rv.ResourceVersion;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The state of a cache in a file: written beside it and then moved in its place, so that there is
 * always a whole one; checked when it is read. For one thread at a time.
 *
 * <pre>
 *   file:   magic │ format │ block: header │ block │ block │ … │ block: end
 *   block:  kind (1 byte) │ length (4) │ CRC32C of the content (4) │ content
 *   header: topic │ contents │ resource version, as text each
 *   block:  number of objects (4) │ per object: expires (8) │ key length (4) │ value length (4) │ key │ value
 *   end:    number of objects in all (8)
 * </pre>
 */
public final class CheckpointFile {
  private static final long MAGIC = 0x5449_4449_4E47_5301L;
  private static final int FORMAT = 1;
  private static final byte HEADER = 1;
  private static final byte OBJECTS = 2;
  private static final byte END = 3;
  private static final int BLOCK_BYTES = 256 * 1024;
  private static final byte[] NO_ROOM = new byte[0];

  /** Says that an object does not expire. */
  public static final long NEVER = Long.MAX_VALUE;

  private final Path file;
  private final String topic;
  private final String contents;

  /**
   * @param topic whose state it is
   * @param contents how the objects are encoded and what was left out, as a text that is another
   *     when that is
   */
  public CheckpointFile(Path file, String topic, String contents) {
    this.file = file.toAbsolutePath();
    this.topic = topic;
    this.contents = contents;
  }

  public Path file() {
    return file;
  }

  /** Takes the objects of a state. */
  @FunctionalInterface
  public interface ObjectWriter {
    void write(long expiresMillis, byte[] key, byte[] value) throws IOException;
  }

  /** Gives the objects of a state. */
  @FunctionalInterface
  public interface ObjectSource {
    void writeTo(ObjectWriter writer) throws IOException;
  }

  /** Writes a state; what was there before stays until this is done. */
  public void write(ResourceVersion resourceVersion, ObjectSource objects) throws IOException {
    Path directory = file.getParent();
    if (directory == null) {
      throw new IOException(file + " is no file");
    }
    Files.createDirectories(directory);
    Path unfinished = directory.resolve(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream stream =
          new BufferedOutputStream(Channels.newOutputStream(channel), BLOCK_BYTES);
      Blocks blocks = new Blocks(new DataOutputStream(stream));
      blocks.header(resourceVersion);
      objects.writeTo(blocks::object);
      blocks.end();
      channel.force(true);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncDirectory(directory);
  }

  // So that the move outlives a crash of the machine, where directories can be opened.
  private static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every system allows it; the file itself is whole in any case.
      return;
    }
  }

  private final class Blocks {
    private final DataOutputStream out;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(BLOCK_BYTES + 4_096);
    private final DataOutputStream block = new DataOutputStream(bytes);
    private int objects;
    private long all;

    Blocks(DataOutputStream out) {
      this.out = out;
    }

    void header(ResourceVersion resourceVersion) throws IOException {
      out.writeLong(MAGIC);
      out.writeInt(FORMAT);
      block.writeUTF(topic);
      block.writeUTF(contents);
      byte[] version = resourceVersion.asText().getBytes(StandardCharsets.US_ASCII);
      block.writeInt(version.length);
      block.write(version);
      flush(HEADER, null);
    }

    void object(long expiresMillis, byte[] key, byte[] value) throws IOException {
      block.writeLong(expiresMillis);
      block.writeInt(key.length);
      block.writeInt(value.length);
      block.write(key);
      block.write(value);
      objects++;
      all++;
      if (bytes.size() >= BLOCK_BYTES) {
        flush(OBJECTS, objects);
      }
    }

    void end() throws IOException {
      if (objects > 0) {
        flush(OBJECTS, objects);
      }
      block.writeLong(all);
      flush(END, null);
      out.flush();
    }

    private void flush(byte kind, @Nullable Integer count) throws IOException {
      block.flush();
      byte[] content = bytes.toByteArray();
      bytes.reset();
      objects = 0;
      CRC32C crc = new CRC32C();
      if (count != null) {
        for (int shift = 24; shift >= 0; shift -= 8) {
          crc.update(count >>> shift);
        }
      }
      crc.update(content, 0, content.length);
      out.writeByte(kind);
      out.writeInt(content.length + (count == null ? 0 : Integer.BYTES));
      out.writeInt((int) crc.getValue());
      if (count != null) {
        out.writeInt(count);
      }
      out.write(content);
    }
  }

  /**
   * Some objects, encoded one after the other; checked.
   *
   * @param content from its position to its limit
   * @param count how many
   */
  public record Block(ByteBuffer content, int count) {}

  /** A file that is being read. */
  public final class Reader implements AutoCloseable {
    private final DataInputStream in;
    private final ResourceVersion resourceVersion;
    private final long fileBytes;
    private long read;
    private boolean ended;
    // Blocks given back, to be filled again: what is read would be garbage a moment later.
    private final Deque<byte[]> spare = new ArrayDeque<>();

    private Reader(InputStream stream, long fileBytes) throws IOException {
      this.fileBytes = fileBytes;
      in = new DataInputStream(stream);
      if (in.readLong() != MAGIC || in.readInt() != FORMAT) {
        throw new IOException("it is not a checkpoint of this version");
      }
      ByteBuffer content = block(HEADER);
      DataInputStream header =
          new DataInputStream(new ByteArrayInputStream(content.array(), 0, content.limit()));
      String itsTopic = header.readUTF();
      String itsContents = header.readUTF();
      if (!itsTopic.equals(topic)) {
        throw new IOException("it is of topic " + itsTopic);
      }
      if (!itsContents.equals(contents)) {
        throw new IOException(
            "it holds other objects (" + itsContents + ") than are wanted (" + contents + ")");
      }
      String text = new String(header.readNBytes(header.readInt()), StandardCharsets.US_ASCII);
      try {
        resourceVersion = ResourceVersion.parse(text);
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
    }

    public ResourceVersion resourceVersion() {
      return resourceVersion;
    }

    /**
     * The next objects; null after the last. Safe for several threads: each gets others.
     *
     * @throws IOException if the file is damaged
     */
    public synchronized @Nullable Block next() throws IOException {
      if (ended) {
        return null;
      }
      int kind = in.read();
      if (kind == END) {
        ended = true;
        if (content(NO_ROOM).getLong() != read) {
          throw new IOException("it is damaged: objects are missing");
        }
        return null;
      }
      if (kind != OBJECTS) {
        throw new IOException("it is damaged or incomplete");
      }
      ByteBuffer content = content(spare.isEmpty() ? NO_ROOM : spare.pop());
      int count = content.getInt();
      read += count;
      return new Block(content, count);
    }

    /** Gives a block back whose content is no longer looked at. Safe for several threads. */
    public synchronized void giveBack(Block block) {
      spare.push(block.content().array());
    }

    private ByteBuffer block(byte kind) throws IOException {
      if (in.read() != kind) {
        throw new IOException("it is damaged or incomplete");
      }
      return content(NO_ROOM);
    }

    /**
     * @param room what to read it into, if that is large enough
     */
    private ByteBuffer content(byte[] room) throws IOException {
      int length = in.readInt();
      int crc = in.readInt();
      if (length < 0 || length > fileBytes) {
        throw new IOException("it is damaged: a length is wrong");
      }
      byte[] content = room.length >= length ? room : new byte[length + length / 64];
      int got = in.readNBytes(content, 0, length);
      CRC32C actual = new CRC32C();
      actual.update(content, 0, got);
      if (got < length || (int) actual.getValue() != crc) {
        throw new IOException("it is damaged or incomplete");
      }
      return ByteBuffer.wrap(content, 0, length);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /**
   * Opens the file.
   *
   * @return null if there is none
   * @throws IOException if it is damaged, or of something else
   */
  public @Nullable Reader open() throws IOException {
    InputStream stream;
    try {
      // Small, so that blocks go past it.
      stream = new BufferedInputStream(Files.newInputStream(file), 512);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      return new Reader(stream, Files.size(file));
    } catch (EOFException e) {
      stream.close();
      throw new IOException("it is incomplete", e);
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }
}
