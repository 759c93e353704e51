package dev.tidings.writers.converter;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * A struct that knows the bytes it stands for, and takes its fields from them when the first of
 * them is asked for. Our own sinks ask for the bytes and never for a field: that saves most of what
 * converting costs. To all others it is a struct like any other. Once changed, it stands for
 * nothing else any more. One thread at a time, as any struct.
 */
final class LazyStruct extends Struct {
  private @Nullable Object source;
  private @Nullable Supplier<Struct> fields;

  /**
   * @param source the event or batch, encoded
   * @param fields makes the same as a plain struct
   */
  LazyStruct(Schema schema, Object source, Supplier<Struct> fields) {
    super(schema);
    this.source = source;
    this.fields = fields;
  }

  /** What a struct stands for, or null if that is only in its fields. */
  static <T> @Nullable T source(Struct struct, Class<T> type) {
    return struct instanceof LazyStruct lazy && type.isInstance(lazy.source)
        ? type.cast(lazy.source)
        : null;
  }

  private void fill() {
    Supplier<Struct> missing = fields;
    if (missing != null) {
      fields = null;
      Struct filled = missing.get();
      for (Field field : schema().fields()) {
        super.put(field, filled.getWithoutDefault(field.name()));
      }
    }
  }

  @Override
  public Struct put(Field field, @Nullable Object value) {
    fill();
    source = null;
    return super.put(field, value);
  }

  @Override
  public Object get(Field field) {
    fill();
    return super.get(field);
  }

  @Override
  public Object getWithoutDefault(String fieldName) {
    fill();
    return super.getWithoutDefault(fieldName);
  }

  @Override
  public Byte getInt8(String fieldName) {
    fill();
    return super.getInt8(fieldName);
  }

  @Override
  public Short getInt16(String fieldName) {
    fill();
    return super.getInt16(fieldName);
  }

  @Override
  public Integer getInt32(String fieldName) {
    fill();
    return super.getInt32(fieldName);
  }

  @Override
  public Long getInt64(String fieldName) {
    fill();
    return super.getInt64(fieldName);
  }

  @Override
  public Float getFloat32(String fieldName) {
    fill();
    return super.getFloat32(fieldName);
  }

  @Override
  public Double getFloat64(String fieldName) {
    fill();
    return super.getFloat64(fieldName);
  }

  @Override
  public Boolean getBoolean(String fieldName) {
    fill();
    return super.getBoolean(fieldName);
  }

  @Override
  public String getString(String fieldName) {
    fill();
    return super.getString(fieldName);
  }

  @Override
  public byte[] getBytes(String fieldName) {
    fill();
    return super.getBytes(fieldName);
  }

  @Override
  public <T> List<T> getArray(String fieldName) {
    fill();
    return super.getArray(fieldName);
  }

  @Override
  public <K, V> Map<K, V> getMap(String fieldName) {
    fill();
    return super.getMap(fieldName);
  }

  @Override
  public Struct getStruct(String fieldName) {
    fill();
    return super.getStruct(fieldName);
  }

  @Override
  public void validate() {
    fill();
    super.validate();
  }

  /** A plain struct is never equal to one of another class: both sides are seen as plain. */
  @Override
  public boolean equals(@Nullable Object other) {
    fill();
    return other instanceof LazyStruct lazy && plain().equals(lazy.plain());
  }

  private Struct plain() {
    fill();
    Struct plain = new Struct(schema());
    for (Field field : schema().fields()) {
      plain.put(field, super.getWithoutDefault(field.name()));
    }
    return plain;
  }

  @Override
  public int hashCode() {
    return Objects.hash(plain());
  }

  @Override
  public String toString() {
    fill();
    return super.toString();
  }
}
