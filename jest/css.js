// Replaces every style sheet: jsdom renders nothing.
module.exports = {};
