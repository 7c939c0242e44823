// Joined by JupyterLab's builder with its own configuration.
module.exports = {
  resolve: {
    alias: {
      // plotly.js loads the style of its maps even when no map is drawn.
      'maplibre-gl/dist/maplibre-gl.css': false
    }
  }
};
