package dev.tidings.informer;

import dev.tidings.informer.checkpoint.CheckpointFile;
import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.Codec;
import dev.tidings.informer.store.IndexedStore;
import dev.tidings.informer.store.Snapshot;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/**
 * Keeps states in a file and brings them back. One that cannot be used, because it is damaged, of
 * something else or too old, is left alone and everything is loaded from Kafka.
 */
final class Checkpoints<K, V> {
  private static final int MAX_BLOCKS_UNDER_WAY = 16;

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
      ExecutorService pool = Executors.newFixedThreadPool(decoders, Checkpoints::daemon);
      try {
        read(reader, pool, into, encoded, expires);
      } finally {
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

  private void read(
      CheckpointFile.Reader reader,
      ExecutorService pool,
      IndexedStore<K, V> into,
      boolean encoded,
      Map<K, Long> expires)
      throws IOException {
    Deque<CompletableFuture<List<Entry<K, V>>>> underWay = new ArrayDeque<>();
    for (CheckpointFile.Block block = reader.next(); block != null; block = reader.next()) {
      CheckpointFile.Block taken = block;
      if (encoded) {
        load(taken, into, expires);
        continue;
      }
      underWay.add(CompletableFuture.supplyAsync(() -> decode(taken), pool));
      if (underWay.size() >= MAX_BLOCKS_UNDER_WAY) {
        put(underWay.remove(), into, expires);
      }
    }
    while (!underWay.isEmpty()) {
      put(underWay.remove(), into, expires);
    }
  }

  private void load(CheckpointFile.Block block, IndexedStore<K, V> into, Map<K, Long> expires) {
    ByteBuffer in = ByteBuffer.wrap(block.content()).position(Integer.BYTES);
    for (int i = 0; i < block.count(); i++) {
      long at = in.getLong();
      byte[] key = new byte[in.getInt()];
      byte[] value = new byte[in.getInt()];
      in.get(key).get(value);
      into.load(key, value);
      if (at != CheckpointFile.NEVER) {
        expires.put(codec.decodeKey(key), at);
      }
    }
  }

  private List<Entry<K, V>> decode(CheckpointFile.Block block) {
    ByteBuffer in = ByteBuffer.wrap(block.content()).position(Integer.BYTES);
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
    return entries;
  }

  private static <K, V> void put(
      CompletableFuture<List<Entry<K, V>>> decoded, IndexedStore<K, V> into, Map<K, Long> expires)
      throws IOException {
    try {
      for (Entry<K, V> entry : decoded.join()) {
        into.put(entry.key(), entry.value(), entry.keyBytes(), entry.valueBytes());
        if (entry.expires() != CheckpointFile.NEVER) {
          expires.put(entry.key(), entry.expires());
        }
      }
    } catch (CompletionException e) {
      throw new IOException("it cannot be decoded: " + e.getCause(), e.getCause());
    }
  }
}
