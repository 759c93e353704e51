package dev.tidings.informer;

import dev.tidings.informer.checkpoint.CheckpointFile;
import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Codec;
import dev.tidings.informer.store.IndexedStore;
import dev.tidings.informer.store.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps states in a file and brings them back. One that cannot be used, because it is damaged, of
 * something else or too old, is left alone and everything is loaded from Kafka.
 */
final class Checkpoints<K, V> {
  private static final int MAX_BLOCKS_UNDER_WAY = 8;

  private final CheckpointFile file;
  private final Codec<K, V> codec;
  private final int decoders;
  private final ProblemListener problems;

  private record Entry<K, V>(K key, V value, byte[] keyBytes, byte[] valueBytes, long expires) {}

  Checkpoints(CheckpointFile file, Codec<K, V> codec, int decoders, ProblemListener problems) {
    this.file = file;
    this.codec = codec;
    this.decoders = decoders;
    this.problems = problems;
  }

  /** Keeps a state. Returns whether that worked; if not, that was reported. */
  boolean save(Snapshot<K, V> snapshot, Map<K, Long> expiresMillis) {
    try {
      file.write(
          snapshot.resourceVersion(),
          writer ->
              snapshot.forEachEncoded(
                  codec,
                  expiresMillis.isEmpty()
                      ? key -> CheckpointFile.NEVER
                      : key -> expiresMillis.getOrDefault(key, CheckpointFile.NEVER),
                  writer::write));
      return true;
    } catch (IOException | RuntimeException e) {
      problems.onProblem(new Problem.CheckpointUnusable(file.file().toString(), e));
      return false;
    }
  }

  /**
   * Brings a state back.
   *
   * @param into an empty store
   * @param encoded whether that keeps objects encoded
   * @return null if there is none that can be used
   */
  Stores.@Nullable Restored<K, V> load(
      IndexedStore<K, V> into,
      boolean encoded,
      ResourceVersion beginning,
      ResourceVersion completeFrom,
      ResourceVersion end) {
    try (CheckpointFile.Reader reader = file.open()) {
      if (reader == null) {
        return null;
      }
      ResourceVersion at = reader.resourceVersion();
      check(at, beginning, completeFrom, end);
      Map<K, Long> expires = new HashMap<>();
      ExecutorService pool = Executors.newFixedThreadPool(decoders + 1, Checkpoints::daemon);
      try {
        if (encoded) {
          into.allocateAhead(pool);
          read(reader, pool, block -> block, block -> load(reader, block, into, expires));
        } else {
          read(
              reader, pool, block -> decode(reader, block), entries -> put(entries, into, expires));
        }
      } finally {
        into.allocateAhead(null);
        pool.shutdownNow();
      }
      return new Stores.Restored<>(into, at, expires);
    } catch (IOException | RuntimeException e) {
      problems.onProblem(new Problem.CheckpointUnusable(file.file().toString(), e));
      return null;
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "tidings-informer-restore");
    thread.setDaemon(true);
    return thread;
  }

  private static void check(
      ResourceVersion at,
      ResourceVersion beginning,
      ResourceVersion completeFrom,
      ResourceVersion end)
      throws IOException {
    if (!at.topicId().equals(end.topicId())) {
      throw new IOException("the topic was created again since");
    }
    if (!at.isAtLeast(beginning) || !at.isAtLeast(completeFrom)) {
      throw new IOException("it is so old that deletions since then may be forgotten");
    }
    if (!end.isAtLeast(at)) {
      throw new IOException("it is ahead of the topic, which has lost records");
    }
  }

  // The pool reads ahead and prepares, in no particular order: every object is there once.
  private <T> void read(
      CheckpointFile.Reader reader,
      ExecutorService pool,
      Function<CheckpointFile.Block, T> prepare,
      Consumer<T> take)
      throws IOException {
    Supplier<@Nullable T> next =
        () -> {
          try {
            CheckpointFile.Block block = reader.next();
            return block == null ? null : prepare.apply(block);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    Deque<CompletableFuture<@Nullable T>> underWay = new ArrayDeque<>();
    for (int i = 0; i < MAX_BLOCKS_UNDER_WAY; i++) {
      underWay.add(CompletableFuture.supplyAsync(next, pool));
    }
    try {
      for (CompletableFuture<@Nullable T> one = underWay.poll();
          one != null;
          one = underWay.poll()) {
        T prepared = one.join();
        if (prepared != null) {
          underWay.add(CompletableFuture.supplyAsync(next, pool));
          take.accept(prepared);
        }
      }
    } catch (CompletionException e) {
      throw e.getCause() instanceof UncheckedIOException unread
          ? unread.getCause()
          : new IOException("it cannot be decoded: " + e.getCause(), e.getCause());
    }
  }

  private void load(
      CheckpointFile.Reader reader,
      CheckpointFile.Block block,
      IndexedStore<K, V> into,
      Map<K, Long> expires) {
    ByteBuffer in = block.content();
    ByteBuffer key = in.duplicate();
    ByteBuffer value = in.duplicate();
    for (int i = 0; i < block.count(); i++) {
      long at = in.getLong();
      int keyLength = in.getInt();
      int valueLength = in.getInt();
      int start = in.position();
      into.load(
          key.limit(start + keyLength).position(start),
          value.limit(start + keyLength + valueLength).position(start + keyLength));
      in.position(start + keyLength + valueLength);
      if (at != CheckpointFile.NEVER) {
        byte[] bytes = new byte[keyLength];
        key.get(bytes);
        expires.put(codec.decodeKey(bytes), at);
      }
    }
    reader.giveBack(block);
  }

  private List<Entry<K, V>> decode(CheckpointFile.Reader reader, CheckpointFile.Block block) {
    ByteBuffer in = block.content();
    List<Entry<K, V>> entries = new ArrayList<>(block.count());
    for (int i = 0; i < block.count(); i++) {
      long at = in.getLong();
      byte[] key = new byte[in.getInt()];
      byte[] value = new byte[in.getInt()];
      in.get(key).get(value);
      V object = codec.decodeValue(value);
      if (object == null) {
        throw new IllegalStateException("it holds an object that cannot be decoded");
      }
      entries.add(new Entry<>(codec.decodeKey(key), object, key, value, at));
    }
    reader.giveBack(block);
    return entries;
  }

  private void put(List<Entry<K, V>> entries, IndexedStore<K, V> into, Map<K, Long> expires) {
    for (Entry<K, V> entry : entries) {
      into.put(entry.key(), entry.value(), entry.keyBytes(), entry.valueBytes());
      if (entry.expires() != CheckpointFile.NEVER) {
        expires.put(entry.key(), entry.expires());
      }
    }
  }
}
