// Stands for every style sheet: jsdom draws nothing.
module.exports = {};
