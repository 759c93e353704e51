package dev.tidings.informer.rv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.Uuid;

class ResourceVersionTest {
  private static final Uuid TOPIC = new Uuid(0x0123456789abcdefL, 0xfedcba9876543210L);
  private static final Uuid OTHER = new Uuid(1, 2);

  @Provide
  Arbitrary<ResourceVersion> versions() {
    return Combinators.combine(
            Arbitraries.of(TOPIC, OTHER),
            Arbitraries.longs().between(0, 3).array(long[].class).ofMaxSize(4))
        .as(ResourceVersion::of);
  }

  @Provide
  Arbitrary<long[]> offsets() {
    return Arbitraries.longs().greaterOrEqual(0).array(long[].class).ofMaxSize(30);
  }

  @Property
  void textComesBack(@ForAll("offsets") long[] offsets) {
    ResourceVersion version = ResourceVersion.of(TOPIC, offsets);
    assertThat(ResourceVersion.parse(version.asText())).isEqualTo(version);
    assertThat(version.asText()).matches("[A-Za-z0-9_-]+").isEqualTo(version.toString());
    for (int partition = 0; partition < offsets.length; partition++) {
      assertThat(version.offset(partition)).isEqualTo(offsets[partition]);
    }
  }

  @Example
  void onlySomePartitionsCanBeMeant() {
    ResourceVersion all = ResourceVersion.of(Uuid.randomUuid(), 4, 5, 6).withExpiry(7);
    assertThat(all.only(null)).isEqualTo(all);
    assertThat(all.only(Set.of(1)))
        .isEqualTo(ResourceVersion.of(all.topicId(), 0, 5).withExpiry(7));
  }

  @Example
  void textIsStable() {
    assertThat(ResourceVersion.of(TOPIC, 0, 127, 128).asText())
        .isEqualTo("AQEjRWeJq83v_ty6mHZUMhADAH-AAU-Xp_0");
    assertThat(ResourceVersion.of(TOPIC, 100_000, 100_000, 100_000, 1, 1, 1).asText())
        .hasSizeLessThan(50);
  }

  @Property
  void anyChangedCharacterIsRefused(@ForAll long seed, @ForAll @IntRange(max = 37) int at) {
    String text = ResourceVersion.of(TOPIC, 5, 70_000).asText();
    char[] changed = text.toCharArray();
    int place = at % changed.length;
    char other = "AZaz09-_.%".charAt((int) Math.floorMod(seed, 10L));
    changed[place] = other == changed[place] ? '!' : other;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResourceVersion.parse(new String(changed)))
        .withMessageContaining("is not a resource version");
  }

  @Property
  void garbageIsRefused(@ForAll String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ResourceVersion.parse(text));
  }

  @Property
  void everyPrefixIsRefused(@ForAll @IntRange(max = 30) int length) {
    String text = ResourceVersion.of(TOPIC, 5, 70_000).asText();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResourceVersion.parse(text.substring(0, length)));
  }

  @Example
  void paddingAndOtherFormatsAreRefused() {
    String text = ResourceVersion.of(TOPIC, 7).asText();
    assertThatIllegalArgumentException().isThrownBy(() -> ResourceVersion.parse(text + "="));
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    bytes[0] = 3;
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ResourceVersion.parse(
                    Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)))
        .withMessageContaining("format");
  }

  @Example
  void trailingZerosMakeNoDifference() {
    assertThat(ResourceVersion.of(TOPIC, 3, 0, 0)).isEqualTo(ResourceVersion.of(TOPIC, 3));
    assertThat(ResourceVersion.of(TOPIC, 0, 0)).isEqualTo(ResourceVersion.beginning(TOPIC));
    assertThat(ResourceVersion.of(TOPIC, 3).offset(17)).isZero();
  }

  @Example
  void negativeOffsetsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> ResourceVersion.of(TOPIC, 1, -1));
  }

  @Property
  void orderIsReflexive(@ForAll("versions") ResourceVersion a) {
    assertThat(a.isAtLeast(a)).isTrue();
  }

  @Property
  void orderIsAntisymmetric(
      @ForAll("versions") ResourceVersion a, @ForAll("versions") ResourceVersion b) {
    assertThat(a.isAtLeast(b) && b.isAtLeast(a)).isEqualTo(a.equals(b));
  }

  @Property
  void orderIsTransitive(
      @ForAll("versions") ResourceVersion a,
      @ForAll("versions") ResourceVersion b,
      @ForAll("versions") ResourceVersion c) {
    if (a.isAtLeast(b) && b.isAtLeast(c)) {
      assertThat(a.isAtLeast(c)).isTrue();
    }
  }

  @Property
  void orderIsPerPartition(
      @ForAll("versions") ResourceVersion a, @ForAll("versions") ResourceVersion b) {
    boolean expected = a.topicId().equals(b.topicId());
    for (int partition = 0; partition < 4; partition++) {
      expected &= a.offset(partition) >= b.offset(partition);
    }
    assertThat(a.isAtLeast(b)).isEqualTo(expected);
  }

  @Property
  void withChangesOnePartition(
      @ForAll("versions") ResourceVersion a,
      @ForAll @IntRange(max = 5) int partition,
      @ForAll @IntRange(max = 9) int offset) {
    ResourceVersion changed = a.with(partition, offset);
    for (int other = 0; other < 6; other++) {
      assertThat(changed.offset(other)).isEqualTo(other == partition ? offset : a.offset(other));
    }
  }

  @Example
  void aPlaceInTheOrderOfExpiryIsKeptAndDoesNotCountForTheOrder() {
    ResourceVersion version = ResourceVersion.of(Uuid.randomUuid(), 3, 0, 5);
    ResourceVersion expiring = version.withExpiry(1L << 60);
    assertThat(ResourceVersion.parse(expiring.asText())).isEqualTo(expiring);
    assertThat(expiring).isNotEqualTo(version);
    assertThat(expiring.with(1, 2).expiry()).isEqualTo(1L << 60);
    assertThat(version.isAtLeast(expiring)).isTrue();
    assertThat(expiring.isAtLeast(version)).isTrue();
  }
}
