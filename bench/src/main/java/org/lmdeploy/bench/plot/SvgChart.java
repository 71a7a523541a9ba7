package org.lmdeploy.bench.plot;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Draws charts as SVG that needs nothing else and is readable on light and on dark pages: its text
 * and lines follow the reader's colour scheme.
 */
public final class SvgChart {
  private static final int WIDTH = 760;
  private static final int LEFT = 84;
  private static final int RIGHT = 24;
  private static final int TOP = 56;
  private static final int HEIGHT = 300;
  private static final int LEGEND_ROW = 20;
  private static final int GRID_LINES = 5;

  /** Bars that are narrower have no number above them, which would run into the next. */
  private static final int LEAST_LABELLED = 36;

  /** A share of a category's width that is left empty. */
  private static final double GAP = 0.25;

  private static final List<String> COLOURS =
      List.of("#3b82c4", "#e08a1e", "#3f9c6b", "#b455a0", "#c8483e", "#7a7fd0");

  private static final String STYLE =
      """
      <style>
      text { font-family: system-ui, sans-serif; font-size: 12px; fill: #24292f; }
      .title { font-size: 15px; font-weight: 600; }
      .grid { stroke: #d0d7de; stroke-width: 1; }
      .axis { stroke: #57606a; stroke-width: 1; }
      .limit { stroke: #24292f; stroke-width: 2; stroke-dasharray: 4 3; fill: none; }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; }
        .grid { stroke: #30363d; }
        .axis { stroke: #8b949e; }
        .limit { stroke: #e6edf3; }
      }
      </style>
      """;

  private final Chart chart;
  private final double top;
  private final double categoryWidth;
  private final StringBuilder out = new StringBuilder();

  private SvgChart(Chart chart) {
    this.chart = chart;
    this.top = niceTop(chart.highest());
    this.categoryWidth = (double) (WIDTH - LEFT - RIGHT) / Math.max(1, chart.categories().size());
  }

  /** Bars side by side for each category, with a dashed line at the limit of each. */
  public static String bars(Chart chart) {
    SvgChart svg = new SvgChart(chart);
    svg.frame();
    for (int s = 0; s < chart.series().size(); s++) {
      svg.barsOf(s);
    }
    return svg.end();
  }

  /** A line for each series, with a dashed line of its limits. */
  public static String lines(Chart chart) {
    SvgChart svg = new SvgChart(chart);
    svg.frame();
    for (int s = 0; s < chart.series().size(); s++) {
      svg.lineOf(s);
    }
    return svg.end();
  }

  private void frame() {
    int height = TOP + HEIGHT + 56 + LEGEND_ROW * (chart.series().size() + 1);
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " height=\"%d\" role=\"img\" aria-label=\"%s\">",
        WIDTH, height, WIDTH, height, escaped(chart.title()));
    out.append(STYLE);
    text(LEFT, 24, "start", "title", chart.title());
    text(LEFT, 44, "start", "", chart.yLabel());
    for (int i = 0; i <= GRID_LINES; i++) {
      double value = top * i / GRID_LINES;
      line(
          "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
          i == 0 ? "axis" : "grid", LEFT, WIDTH - RIGHT, y(value), y(value));
      text(LEFT - 8, y(value) + 4, "end", "", number(value));
    }
    for (int i = 0; i < chart.categories().size(); i++) {
      text(middle(i), TOP + HEIGHT + 18, "middle", "", chart.categories().get(i));
    }
    text(LEFT + (WIDTH - LEFT - RIGHT) / 2.0, TOP + HEIGHT + 38, "middle", "", chart.xLabel());
  }

  private void barsOf(int index) {
    Chart.Series series = chart.series().get(index);
    double width = categoryWidth * (1 - GAP) / chart.series().size();
    for (int i = 0; i < chart.categories().size(); i++) {
      double x = LEFT + categoryWidth * (i + GAP / 2) + width * index;
      OptionalDouble value = series.values().get(i);
      if (value.isPresent()) {
        double y = y(value.getAsDouble());
        line(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
            x + 1, y, width - 2, TOP + HEIGHT - y, colour(index));
        if (width >= LEAST_LABELLED) {
          text(x + width / 2, y - 4, "middle", "", number(value.getAsDouble()));
        }
      }
      OptionalDouble limit = series.limits().get(i);
      if (limit.isPresent()) {
        double y = y(limit.getAsDouble());
        line("<path class=\"limit\" d=\"M%.1f %.1f H%.1f\"/>", x, y, x + width);
      }
    }
  }

  private void lineOf(int index) {
    Chart.Series series = chart.series().get(index);
    path(series.values(), "stroke=\"" + colour(index) + "\" stroke-width=\"2\" fill=\"none\"");
    path(series.limits(), "class=\"limit\"");
    for (int i = 0; i < chart.categories().size(); i++) {
      OptionalDouble value = series.values().get(i);
      if (value.isPresent()) {
        line(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>",
            middle(i), y(value.getAsDouble()), colour(index));
      }
    }
  }

  private void path(List<OptionalDouble> values, String attributes) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).isPresent()) {
        path.append(path.isEmpty() ? 'M' : 'L')
            .append(
                String.format(
                    Locale.ROOT, "%.1f %.1f ", middle(i), y(values.get(i).getAsDouble())));
      }
    }
    if (!path.isEmpty()) {
      line("<path %s d=\"%s\"/>", attributes, path.toString().strip());
    }
  }

  private String end() {
    int y = TOP + HEIGHT + 62;
    for (int s = 0; s < chart.series().size(); s++) {
      line(
          "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>",
          LEFT, y - 10, colour(s));
      text(LEFT + 20, y, "start", "", chart.series().get(s).name());
      y += LEGEND_ROW;
    }
    boolean limits =
        chart.series().stream()
            .flatMap(series -> series.limits().stream())
            .anyMatch(OptionalDouble::isPresent);
    if (limits) {
      line("<path class=\"limit\" d=\"M%d %d h12\"/>", LEFT, y - 4);
      text(LEFT + 20, y, "start", "", "limit by the ceilings measured in the same run");
    }
    return out.append("</svg>\n").toString();
  }

  private void text(double x, double y, String anchor, String style, String text) {
    line(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>",
        x, y, anchor, style.isEmpty() ? "" : " class=\"" + style + "\"", escaped(text));
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private double middle(int category) {
    return LEFT + categoryWidth * (category + 0.5);
  }

  private double y(double value) {
    return TOP + HEIGHT * (1 - value / top);
  }

  private static String colour(int series) {
    return COLOURS.get(series % COLOURS.size());
  }

  /** The end of the axis: a number whose fifths are round. */
  private static double niceTop(double highest) {
    if (highest <= 0) {
      return 1;
    }
    double unit = Math.pow(10, Math.floor(Math.log10(highest)));
    for (double factor : new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 7.5}) {
      if (unit * factor >= highest) {
        return unit * factor;
      }
    }
    return unit * 10;
  }

  private static String number(double value) {
    if (value == 0 || value >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
