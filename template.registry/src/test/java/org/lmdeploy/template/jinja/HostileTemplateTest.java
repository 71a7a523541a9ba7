package org.lmdeploy.template.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.template.jinja.JinjaException.Kind;

/** Templates come from strangers: they end, stay small, and reach nothing but their values. */
class HostileTemplateTest {
  private static final JinjaLimits LIMITS =
      new JinjaLimits(300_000, 2_000_000, 400, Duration.ofSeconds(2));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}",
        "{{ range(1000000) }}",
        "{{ 'x' * 1000000000000 }}",
        "{{ [1] * 99999999 }}",
        "{{ 'x'.center(999999999999) }}",
        "{{ 'x'.zfill(999999999) }}",
        "{{ 'x'.ljust(9999999, '0123456789') }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{{ m(n) ~ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{%"
            + " endfor %}{{ ns.x }}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x.replace('a',"
            + " 'aab') %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] | join"
            + " %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{%"
            + " endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{%"
            + " endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x]"
            + " %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor"
            + " %}{{ ns.x }}",
        "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}",
        "{{ ('a' ~ 'b') * 999999 ~ 'x' * 999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%99999999999999999999d' % 1 }}",
        "{{ 'x' | indent(999999999999) }}{{ ('x\n' * 99999) | indent(1000) }}",
        "{{ 2 ** 999999999999 }}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ -9223372036854775807 - 2 }}",
        "{{ 1 / 0 }}{{ 1 % 0 }}",
        "{{ messages[99999999999999999999] }}",
      })
  void runawayTemplatesEnd(String source) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThrows(
                JinjaException.class,
                () -> JinjaTemplate.compile(source, LIMITS).render(Map.of())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.class }}",
        "{{ ''.getClass() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ [].__class__.__base__ }}",
        "{{ messages.getClass().forName('java.lang.Runtime') }}",
        "{{ messages.stream() }}",
        "{{ 'x'.getBytes() }}",
        "{{ range.__globals__ }}",
        "{{ namespace().getClass() }}",
        "{{ ('x' | attr('getClass'))() }}",
        "{{ messages.append(1) }}",
        "{{ messages[0].update({'role': 'x'}) }}",
        "{{ messages[0].pop('role') }}",
        "{{ messages.clear() }}",
        "{% set messages.x = 1 %}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ lipsum() }}",
        "{{ self.x() }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ x | java }}",
      })
  void nothingBehindTheValuesIsReached(String source) {
    Map<String, Object> variables = Map.of("messages", List.of(Map.of("role", "user")));
    String output;
    try {
      output = JinjaTemplate.compile(source, LIMITS).render(variables);
    } catch (JinjaException refused) {
      return;
    }
    assertFalse(output.contains("java") || output.contains("class"), output);
    assertEquals("", output);
  }

  @Test
  void deepSourcesAreRefused() {
    for (String open : List.of("(", "[", "{'a':", "-", "not ", "{% if a %}", "a[")) {
      String source = open.startsWith("{%") ? open.repeat(50_000) : "{{ " + open.repeat(50_000);
      JinjaException e =
          assertThrows(JinjaException.class, () -> JinjaTemplate.compile(source, LIMITS));
      assertTrue(e.kind() == Kind.LIMIT || e.kind() == Kind.SYNTAX, open);
    }
    String underscores = "{{ 1" + "_1".repeat(200_000) + ".5 }}";
    assertThrows(JinjaException.class, () -> JinjaTemplate.compile(underscores, LIMITS));
    String chain = "{{ 1" + " + 1".repeat(100_000) + " }}";
    assertThrows(JinjaException.class, () -> JinjaTemplate.compile(chain, LIMITS).render(Map.of()));
  }

  @Test
  void mutatedTemplatesFailInOneWayOnly() {
    SplittableRandom random = new SplittableRandom(3);
    String source =
        "{%- set ns = namespace(a=0) %}{% for m in messages[::-1] if m.role != 'x' %}{{ loop.index0"
            + " ~ m['role'] | upper }}{% if m.content is string and 'a' in m.content.split('\\n"
            + "')[-1] %}{{ (m | tojson)[1:-1] }}{% elif not x %}-{% endif %}{% set ns.a = ns.a + 1"
            + " * 2 %}{% endfor %}{{ '%s' % ns.a }}{# c #}";
    Map<String, Object> variables =
        Map.of("messages", List.of(Map.of("role", "user", "content", "an\na")));
    int failed = 0;
    for (int i = 0; i < 5000; i++) {
      StringBuilder mutated = new StringBuilder(source);
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        int at = random.nextInt(mutated.length());
        switch (random.nextInt(3)) {
          case 0 -> mutated.deleteCharAt(at);
          case 1 -> mutated.insert(at, source.charAt(random.nextInt(source.length())));
          default -> mutated.setCharAt(at, source.charAt(random.nextInt(source.length())));
        }
      }
      try {
        JinjaTemplate.compile(mutated.toString(), LIMITS).render(variables);
      } catch (JinjaException expected) {
        failed++;
      }
    }
    assertTrue(failed > 1000, "only " + failed + " mutations failed");
  }

  @Test
  void errorsNameTheirLineAndKind() {
    JinjaException syntax =
        assertThrows(JinjaException.class, () -> JinjaTemplate.compile("a\nb {% if %}", LIMITS));
    assertEquals(Kind.SYNTAX, syntax.kind());
    assertEquals(2, syntax.line());
    JinjaTemplate undefined = JinjaTemplate.compile("a\n\n{{ x.y }}", LIMITS);
    JinjaException runtime = assertThrows(JinjaException.class, () -> undefined.render(Map.of()));
    assertEquals(3, runtime.line());
    assertEquals("'x' is undefined", runtime.getMessage());
    JinjaTemplate raising = JinjaTemplate.compile("{{ raise_exception('no ' ~ 1) }}", LIMITS);
    JinjaException raised = assertThrows(JinjaException.class, () -> raising.render(Map.of()));
    assertEquals(Kind.RAISED, raised.kind());
    assertEquals("no 1", raised.getMessage());
  }
}
